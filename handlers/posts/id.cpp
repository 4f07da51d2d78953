// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "auth/posts/posts.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kRead{
    .method = Method::Get,
    .promise = "Read a post. With the scope posts:read, its owner sees edit_url and analytics too.",
    .access = Access::optional("posts are there to be read"),
    .limit = Limit::general,
    .answers = {{200, posts::kPost}},
    .offered = Offered::as_example,
};

constexpr Policy kChange{
    .method = Method::Put,
    .promise = "Change a post: one's own with update:own_post, anybody's with update:any_post.",
    .access = Access::user_or_key().with_scopes({Scope::posts_write}),
    .limit = Limit::general,
    .accepts = Accepts::json,
    .answers = {{200, posts::kPost}},
    .audits = {Event::post_updated},
    .offered = Offered::as_example,
};

constexpr Policy kDelete{
    .method = Method::Delete,
    .promise = "Delete a post: one's own with delete:own_post, anybody's with delete:any_post.",
    .access = Access::user_or_key().with_scopes({Scope::posts_delete}),
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::post_deleted},
    .offered = Offered::as_example,
};

constexpr http::IntegerRule kId{
    .least = 1, .most = std::numeric_limits<std::int64_t>::max(), .meaning = "as the list of posts gives it"};

struct Path {
  PostId id;
};
Path read_path(Input& in) { return {.id = PostId{in.integer("id", kId)}}; }

struct Change {
  PostId id;
  posts::Draft draft;
};
Change read_change(Input& in) {
  return {.id = PostId{in.integer("id", kId)},
          .draft = {.title = in.text("title", posts::kTitle), .body = in.text("body", posts::kBody)}};
}

Result<Response> find(Context& c, const Path& path) {
  const auto post = posts::find(c, c.known(), path.id);
  if (!post) return post.refusal();
  return Response::json(200, posts::kPost, *post);
}

Result<Response> change(Context& c, const Change& wanted) {
  const auto post = posts::update(c, c.principal(), wanted.id, wanted.draft);
  if (!post) return post.refusal();
  return Response::json(200, posts::kPost, *post);
}

Result<Response> remove(Context& c, const Path& path) {
  const auto done = posts::remove(c, c.principal(), path.id);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the post is deleted"});
}

}  // namespace

extern const Endpoint posts_id{
    "/api/v1/posts/{id}", {{kRead, read_path, find}, {kChange, read_change, change}, {kDelete, read_path, remove}}};
}  // namespace gatehouse::handlers
