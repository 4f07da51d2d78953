// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/administration.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"
#include "endpoint/user_path.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Delete,
    .promise = "Remove somebody's lost second factor; all of their sessions end, and they are told by mail.",
    .access = Access::user()
                  .with_permissions({Permission::update_any_user})
                  .with_scopes({Scope::users_write})
                  .with_fresh_login(minutes(10)),
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::second_factor_removed},
};

struct Path {
  UserId user;
};
Path read(Input& in) { return {read_user_id(in)}; }

Result<Response> remove(Context& c, const Path& path) {
  const auto done = administration::remove_factor(c, c.principal(), path.user);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the second factor is removed; every session has ended"});
}

}  // namespace

extern const Endpoint admin_users_id_totp{"/api/v1/admin/users/{id}/totp", {{kPolicy, read, remove}}};
}  // namespace gatehouse::handlers
