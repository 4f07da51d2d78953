// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/administration.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"
#include "endpoint/user_path.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Delete,
    .promise = "End all of somebody's sessions.",
    .access = Access::user().with_permissions({Permission::update_any_user}).with_scopes({Scope::users_write}),
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::session_revoked},
};

struct Path {
  UserId user;
};
Path read(Input& in) { return {read_user_id(in)}; }

Result<Response> end(Context& c, const Path& path) {
  const auto done = administration::end_sessions(c, c.principal(), path.user);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"every session has ended"});
}

}  // namespace

extern const Endpoint admin_users_id_sessions{"/api/v1/admin/users/{id}/sessions", {{kPolicy, read, end}}};
}  // namespace gatehouse::handlers
