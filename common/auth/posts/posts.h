// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/principal/principal.h"
#include "base/result.h"
#include "base/text_rule.h"
#include "json/shape.h"

// The example resource: what a site's own data looks like behind roles, permissions, scopes and ownership. Everybody
// may read; whoever may write changes what is theirs, and with the any-permission what is not.
namespace gatehouse::posts {

struct Post {
  PostId id;
  UserId owner_id;
  std::string title;
  std::string body;
  Time created_at;
  Time updated_at;
  // For the owner only.
  std::optional<std::string> edit_url;
  std::optional<std::string> analytics;
};

inline constexpr json::ShapeOf<Post> kPost{
    "Post",
    json::field<&Post::id>("id"),
    json::field<&Post::owner_id>("owner_id"),
    json::field<&Post::title>("title"),
    json::field<&Post::body>("body"),
    json::field<&Post::created_at>("created_at"),
    json::field<&Post::updated_at>("updated_at"),
    json::field<&Post::edit_url>("edit_url"),
    json::field<&Post::analytics>("analytics"),
};

// What is written: text as it is, whatever it looks like. To make it safe in HTML is the page's part.
struct Draft {
  std::string title;
  std::string body;
};
extern const TextRule kTitle;
extern const TextRule kBody;

// Newest first: at most so many of those before a cursor.
struct Page {
  std::vector<Post> posts;
  std::optional<std::int64_t> next;  // the following page's cursor; nullopt on the last
};
Page list(const Occasion& occasion, const Principal* reader, std::optional<std::int64_t> cursor, std::int64_t most);
// The same with what the owners see, for an administrator.
Page list_in_full(const Occasion& occasion, std::optional<std::int64_t> cursor, std::int64_t most);

Result<Post> find(const Occasion& occasion, const Principal* reader, PostId id);

// The policy has asked for create:post.
Post create(const Occasion& occasion, const Principal& author, const Draft& draft);

// One's own with the own-permission, anybody's with the any-permission. That a post is there is no secret: 403, not
// 404.
Result<Post> update(const Occasion& occasion, const Principal& author, PostId id, const Draft& draft);
Result<Done> remove(const Occasion& occasion, const Principal& author, PostId id);

}  // namespace gatehouse::posts
