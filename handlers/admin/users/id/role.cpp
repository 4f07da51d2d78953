// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/administration.h"
#include "endpoint/endpoint.h"
#include "endpoint/user_path.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Put,
    .promise = "Give somebody another role, not above one's own; super_admin is given at the command line only.",
    .access = Access::user().with_permissions({Permission::manage_roles}).with_scopes({Scope::admin}),
    .limit = Limit::general,
    .accepts = Accepts::json_or_query,
    .answers = {{200, users::kUser}},
    .audits = {Event::role_changed},
};

constexpr TextRule kRole{.least = 1, .most = 32, .meaning = "a role of this installation; required, by either name"};
constexpr TextRule kNewRole{.least = 1, .most = 32, .meaning = "role by its other name"};

struct Body {
  UserId user;
  std::optional<std::string> role;
  std::optional<std::string> new_role;
};
Body read(Input& in) {
  return {.user = read_user_id(in),
          .role = in.optional_text("role", kRole),
          .new_role = in.optional_text("new_role", kNewRole)};
}

Refusal wrong(const char* why) {
  return {.reason = Reason::invalid, .detail = "some fields are wrong", .fields = {{"role", why}}};
}

Result<Response> change(Context& c, const Body& body) {
  if (!body.role && !body.new_role) return wrong("is required");
  if (body.role && body.new_role && *body.role != *body.new_role) return wrong("is another than new_role");
  const auto user = administration::change_role(c, c.principal(), body.user, body.role ? *body.role : *body.new_role);
  if (!user) return user.refusal();
  return Response::json(200, users::kUser, *user);
}

}  // namespace

extern const Endpoint admin_users_id_role{"/api/v1/admin/users/{id}/role", {{kPolicy, read, change}}};
}  // namespace gatehouse::handlers
