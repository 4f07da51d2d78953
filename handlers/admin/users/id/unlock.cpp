// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/administration.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"
#include "endpoint/user_path.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Lift every lock that failed logins have put on somebody's account.",
    .access = Access::user().with_permissions({Permission::update_any_user}).with_scopes({Scope::users_write}),
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::account_unlocked},
};

struct Path {
  UserId user;
};
Path read(Input& in) { return {read_user_id(in)}; }

Result<Response> unlock(Context& c, const Path& path) {
  const auto done = administration::unlock(c, c.principal(), path.user);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the account is not locked"});
}

}  // namespace

extern const Endpoint admin_users_id_unlock{"/api/v1/admin/users/{id}/unlock", {{kPolicy, read, unlock}}};
}  // namespace gatehouse::handlers
