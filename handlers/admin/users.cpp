// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/listing.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "List users, by page. X-Total-Count has the number of all; Link, the next page.",
    .access = Access::user_or_key().with_permissions({Permission::read_all_users}).with_scopes({Scope::users_read}),
    .limit = Limit::general,
    .answers = {{200, users::kUser, Count::many}},
};

constexpr const char* kRoute = "/api/v1/admin/users";

constexpr http::IntegerRule kSkip{.least = 0, .most = 10'000, .meaning = "how many to leave out; beyond, by cursor"};
constexpr http::IntegerRule kLimit{.least = 1, .most = 100, .meaning = "of one page; left out: 100"};
constexpr TextRule kRole{.least = 1, .most = 32, .meaning = "those of one role only"};

administration::Question read(Input& in) {
  return {.skip = in.optional_integer("skip", kSkip).value_or(0),
          .limit = in.optional_integer("limit", kLimit).value_or(100),
          .q = in.optional_text("q", administration::kBeginning),
          .role = in.optional_text("role", kRole),
          .is_active = in.optional_boolean("is_active", "those who are active, or those who are not"),
          .cursor = in.optional_text("cursor", administration::kCursor)};
}

Result<Response> list(Context& c, const administration::Question& question) {
  auto page = administration::list(c, question);
  if (!page) return page.refusal();
  Response response = Response::json_array(200, users::kUser, page->users).with("X-Total-Count", page->total);
  if (!page->next) return response;
  // RFC 8288, relative: what a client reached this page by leads to the next one too, and Host is never believed.
  return std::move(response).with("Link", std::string("<") + kRoute + "?" + *page->next + ">; rel=\"next\"");
}

}  // namespace

extern const Endpoint admin_users{kRoute, {{kPolicy, read, list}}};
}  // namespace gatehouse::handlers
