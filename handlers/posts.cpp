// SPDX-License-Identifier: Apache-2.0
#include "auth/posts/posts.h"

#include "endpoint/endpoint.h"
#include "endpoint/paging.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kList{
    .method = Method::Get,
    .promise = "List posts, newest first. With the scope posts:read, owners see edit_url and analytics of their own.",
    .access = Access::optional("posts are there to be read"),
    .limit = Limit::general,
    .answers = {{200, posts::kPost, Count::many}},
    .offered = Offered::as_example,
};

constexpr Policy kCreate{
    .method = Method::Post,
    .promise = "Write a post.",
    .access = Access::user_or_key().with_scopes({Scope::posts_write}).with_permissions({Permission::create_post}),
    .limit = Limit::general,
    .accepts = Accepts::json,
    .answers = {{201, posts::kPost}},
    .audits = {Event::post_created},
    .offered = Offered::as_example,
};

posts::Draft read(Input& in) {
  return {.title = in.text("title", posts::kTitle), .body = in.text("body", posts::kBody)};
}

Result<Response> list(Context& c, const PageAsked& asked) {
  const posts::Page page = posts::list(c, c.known(), asked.cursor, asked.limit);
  return with_next_page(Response::json_array(200, posts::kPost, page.posts), c, "/api/v1/posts", asked, page.next);
}

Result<Response> create(Context& c, const posts::Draft& draft) {
  return Response::json(201, posts::kPost, posts::create(c, c.principal(), draft));
}

}  // namespace

extern const Endpoint posts{"/api/v1/posts", {{kList, read_page, list}, {kCreate, read, create}}};
}  // namespace gatehouse::handlers
