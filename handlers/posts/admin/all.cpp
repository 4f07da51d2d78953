// SPDX-License-Identifier: Apache-2.0
#include "auth/posts/posts.h"
#include "endpoint/endpoint.h"
#include "endpoint/paging.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "List everybody's posts with all that their owners see, newest first.",
    .access = Access::user_or_key().with_minimum_role(access::kAdmin).with_scopes({Scope::admin}),
    .limit = Limit::general,
    .answers = {{200, posts::kPost, Count::many}},
    .offered = Offered::as_example,
};

Result<Response> list(Context& c, const PageAsked& asked) {
  const posts::Page page = posts::list_in_full(c, asked.cursor, asked.limit);
  return with_next_page(Response::json_array(200, posts::kPost, page.posts), c, "/api/v1/posts/admin/all", asked,
                        page.next);
}

}  // namespace

extern const Endpoint posts_admin_all{"/api/v1/posts/admin/all", {{kPolicy, read_page, list}}};
}  // namespace gatehouse::handlers
