// SPDX-License-Identifier: Apache-2.0
#include "auth/posts/posts.h"

#include <algorithm>
#include <limits>

#include "auth/audit/audit.h"
#include "auth/posts/posts_sql.h"
#include "base/text.h"

namespace gatehouse::posts {
namespace {

using access::Permission;
using access::Scope;
using audit::Event;

Refusal no_such_post() { return {Reason::not_found, "there is no such post"}; }

std::string_view check_title(std::string_view title) {
  const bool controls = std::any_of(title.begin(), title.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  });
  if (controls) return "may not have control characters";
  return trim(title).empty() ? "may not be blank" : "";
}

Post read_post(const db::Rows& row) {
  return {.id = PostId{row.integer(0)},
          .owner_id = row.user_id(1),
          .title = row.text(2),
          .body = row.text(3),
          .created_at = row.time(4),
          .updated_at = row.time(5),
          .edit_url = std::nullopt,
          .analytics = std::nullopt};
}

void show_in_full(const Occasion& occasion, Post& post) {
  post.edit_url = occasion.settings().public_url + "/api/v1/posts/" + std::to_string(post.id.value);
  post.analytics = std::to_string(count_code_points(post.body)) + " characters";
}

// The owner, by a credential that may read posts.
bool sees_in_full(const Principal* reader, const Post& post) {
  return reader && reader->user.id == post.owner_id && reader->rights.scopes.contains(Scope::posts_read);
}

// One more row than asked for tells whether there is a following page.
Page read_page(const Occasion& occasion, std::optional<std::int64_t> cursor, std::int64_t most) {
  const std::int64_t before = cursor.value_or(std::numeric_limits<std::int64_t>::max());
  Page page;
  for (db::Rows row = occasion.database().query(kList, {before, most + 1}); row.next();) {
    if (page.posts.size() == static_cast<std::size_t>(most)) {
      page.next = page.posts.back().id.value;
    } else {
      page.posts.push_back(read_post(row));
    }
  }
  return page;
}

std::optional<Post> look_up(const Occasion& occasion, PostId id) {
  db::Rows row = occasion.database().query(kFind, {id});
  return row.next() ? std::optional(read_post(row)) : std::nullopt;
}

audit::Subject subject_of(const Principal& author, UserId owner, PostId id) {
  return author.on_record(owner, "post " + std::to_string(id.value));
}

// The post, if this author may do this to it.
Result<Post> owned(const Occasion& occasion, const Principal& author, PostId id, Permission own, Permission any) {
  auto post = look_up(occasion, id);
  if (!post) return no_such_post();
  const bool may = author.may(any) || (post->owner_id == author.user.id && author.may(own));
  if (may) return std::move(*post);
  const Permission missing = post->owner_id == author.user.id ? own : any;
  return Refusal{Reason::forbidden, "needs permission " + access::PermissionSet{missing}.text()};
}

}  // namespace

constinit const TextRule kTitle{.least = 1, .most = 200, .meaning = "in one line", .check = check_title};
constinit const TextRule kBody{.least = 1, .most = 10'000, .meaning = "plain text; kept as it is"};

Page list(const Occasion& occasion, const Principal* reader, std::optional<std::int64_t> cursor, std::int64_t most) {
  Page page = read_page(occasion, cursor, most);
  for (Post& post : page.posts) {
    if (sees_in_full(reader, post)) show_in_full(occasion, post);
  }
  return page;
}

Page list_in_full(const Occasion& occasion, std::optional<std::int64_t> cursor, std::int64_t most) {
  Page page = read_page(occasion, cursor, most);
  for (Post& post : page.posts) show_in_full(occasion, post);
  return page;
}

Result<Post> find(const Occasion& occasion, const Principal* reader, PostId id) {
  auto post = look_up(occasion, id);
  if (!post) return no_such_post();
  if (sees_in_full(reader, *post)) show_in_full(occasion, *post);
  return std::move(*post);
}

Post create(const Occasion& occasion, const Principal& author, const Draft& draft) {
  const auto birth = BirthId::draw(occasion.random());
  const UserId owner = author.user.id;
  const PostId id = occasion.database().unit([&](db::Work& work) {
    const auto born = [&] {
      db::Rows row = work.query(kFindByBirth, {birth});
      return row.next() ? std::optional(PostId{row.integer(0)}) : std::nullopt;
    };
    // An earlier run of this unit did it, its answer lost.
    if (!work.claim(kInsert, {birth, owner, draft.title, draft.body, occasion.now, occasion.now})) {
      return born().value();
    }
    const PostId fresh = born().value();
    audit::record(work, occasion, Event::post_created, subject_of(author, owner, fresh));
    return fresh;
  });
  Post post{.id = id,
            .owner_id = owner,
            .title = draft.title,
            .body = draft.body,
            .created_at = occasion.now,
            .updated_at = occasion.now,
            .edit_url = std::nullopt,
            .analytics = std::nullopt};
  if (sees_in_full(&author, post)) show_in_full(occasion, post);
  return post;
}

Result<Post> update(const Occasion& occasion, const Principal& author, PostId id, const Draft& draft) {
  auto post = owned(occasion, author, id, Permission::update_own_post, Permission::update_any_post);
  if (!post) return post.refusal();
  post->title = draft.title;
  post->body = draft.body;
  post->updated_at = occasion.now;
  const auto done = occasion.database().unit([&](db::Work& work) -> Result<Done> {
    if (work.run(kUpdate, {draft.title, draft.body, occasion.now, id}) == 0) {
      // Gone meanwhile; or as it should be already, by an earlier run of this unit.
      if (work.query(kFind, {id}).next()) return Done{};
      return no_such_post();
    }
    audit::record(work, occasion, Event::post_updated, subject_of(author, post->owner_id, id));
    return Done{};
  });
  if (!done) return done.refusal();
  if (sees_in_full(&author, *post)) show_in_full(occasion, *post);
  return std::move(*post);
}

Result<Done> remove(const Occasion& occasion, const Principal& author, PostId id) {
  const auto post = owned(occasion, author, id, Permission::delete_own_post, Permission::delete_any_post);
  if (!post) return post.refusal();
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    // Gone meanwhile, by whomever, is what was asked for.
    if (work.run(kDelete, {id}) == 0) return Done{};
    audit::record(work, occasion, Event::post_deleted, subject_of(author, post->owner_id, id));
    return Done{};
  });
}

}  // namespace gatehouse::posts
