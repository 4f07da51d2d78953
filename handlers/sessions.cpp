// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/endings.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kList{
    .method = Method::Get,
    .promise = "List one's own sessions, newest first.",
    .access = Access::user().with_scopes({Scope::profile_read}),
    .limit = Limit::general,
    .answers = {{200, sessions::kSession, Count::many}},
};

constexpr Policy kEndOthers{
    .method = Method::Delete,
    .promise = "End all of one's own sessions but this one.",
    .access = Access::user().with_scopes({Scope::profile_write}),
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::session_revoked},
};

Result<Response> list(Context& c) {
  return Response::json_array(200, sessions::kSession, sessions::list(c, c.principal()));
}

Result<Response> end_others(Context& c) {
  sessions::end_other_sessions(c, c.principal());
  return Response::json(200, kMessage, {"all other sessions have ended"});
}

}  // namespace

extern const Endpoint sessions{"/api/v1/sessions", {{kList, list}, {kEndOthers, end_others}}};
}  // namespace gatehouse::handlers
