// SPDX-License-Identifier: Apache-2.0
#include "auth/groups/groups.h"

#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kListPolicy{
    .method = Method::Get,
    .promise = "List the groups by name, with what each gives; the next page is in Link.",
    .access = Access::user_or_key().with_permissions({Permission::manage_roles}).with_scopes({Scope::admin}),
    .limit = Limit::general,
    .answers = {{200, groups::kGroup, Count::many}},
};

constexpr Policy kCreatePolicy{
    .method = Method::Post,
    .promise = "Make a group. It gives nothing that its maker does not have.",
    .access = Access::user().with_permissions({Permission::manage_roles}).with_scopes({Scope::admin}),
    .limit = Limit::general,
    .accepts = Accepts::json,
    .answers = {{201, groups::kGroup}},
    .audits = {Event::group_created},
};

constexpr TextRule kPermissions{.least = 1, .most = 512, .meaning = "what its members may do beside their role's"};
constexpr TextRule kScopes{.least = 1, .most = 255, .meaning = "what they may be granted beside their role's"};
constexpr TextRule kAfter{.least = 1, .most = 32, .meaning = "the groups whose names come after this"};
constexpr http::IntegerRule kLimit{.least = 1, .most = 100, .meaning = "at most so many; left out: 100"};

struct Query {
  std::string after;
  std::int64_t limit;
};
Query read_query(Input& in) {
  return {.after = in.optional_text("after", kAfter).value_or(""),
          .limit = in.optional_integer("limit", kLimit).value_or(kLimit.most)};
}

Result<Response> list(Context& c, const Query& query) {
  const groups::Page page = groups::list(c, query.after, query.limit);
  Response response = Response::json_array(200, groups::kGroup, page.groups);
  if (!page.has_more) return response;
  return std::move(response).with("Link", "</api/v1/admin/groups?after=" + page.groups.back().name +
                                              "&limit=" + std::to_string(query.limit) + ">; rel=\"next\"");
}

groups::Wanted read_wanted(Input& in) {
  return {.name = in.text("name", groups::kName),
          .permissions = in.optional_words("permissions", kPermissions),
          .scopes = in.optional_words("scopes", kScopes)};
}

Result<Response> create(Context& c, const groups::Wanted& wanted) {
  const auto group = groups::create(c, c.principal(), wanted);
  if (!group) return group.refusal();
  return Response::json(201, groups::kGroup, *group);
}

}  // namespace

extern const Endpoint admin_groups{"/api/v1/admin/groups",
                                   {{kListPolicy, read_query, list}, {kCreatePolicy, read_wanted, create}}};
}  // namespace gatehouse::handlers
