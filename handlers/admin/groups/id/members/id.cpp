// SPDX-License-Identifier: Apache-2.0
#include "auth/groups/groups.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Access kAccess = Access::user().with_permissions({Permission::manage_roles}).with_scopes({Scope::admin});

constexpr Policy kAddPolicy{
    .method = Method::Put,
    .promise = "Put somebody into a group that gives nothing one does not have oneself.",
    .access = kAccess,
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::group_joined},
};

constexpr Policy kRemovePolicy{
    .method = Method::Delete,
    .promise = "Take somebody out of a group; what it gave them is gone at once.",
    .access = kAccess,
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::group_left},
};

constexpr http::IntegerRule kGroup{.least = 1, .most = INT64_MAX, .meaning = "the group's"};
constexpr http::IntegerRule kUser{.least = 1, .most = INT64_MAX, .meaning = "the user's"};

struct Path {
  GroupId group;
  UserId user;
};
Path read(Input& in) {
  return {.group = GroupId{in.integer("id", kGroup)}, .user = UserId{in.integer("user_id", kUser)}};
}

Result<Response> add(Context& c, const Path& path) {
  const auto done = groups::add_member(c, c.principal(), path.group, path.user);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the user is in the group"});
}

Result<Response> remove(Context& c, const Path& path) {
  const auto done = groups::remove_member(c, c.principal(), path.group, path.user);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the user is not in the group"});
}

}  // namespace

// Both parameters are called id in its name, which would be too long otherwise.
extern const Endpoint admin_groups_id_members_id{"/api/v1/admin/groups/{id}/members/{user_id}",
                                                 "admin_groups_id_members_id",
                                                 {{kAddPolicy, read, add}, {kRemovePolicy, read, remove}}};
}  // namespace gatehouse::handlers
