// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/endings.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Delete,
    .promise = "End one of one's own sessions.",
    .access = Access::user().with_scopes({Scope::profile_write}),
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::session_revoked},
};

constexpr TextRule kId{.least = 1, .most = 64, .meaning = "as the list of sessions gives it"};

struct Path {
  std::string id;
};
Path read(Input& in) { return {.id = in.text("id", kId)}; }

Result<Response> end(Context& c, const Path& path) {
  const auto id = SessionId::from_text(path.id);
  if (!id) return Refusal{Reason::not_found, "there is no such session"};
  const auto done = sessions::end_session(c, c.principal(), *id);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the session has ended"});
}

}  // namespace

extern const Endpoint sessions_id{"/api/v1/sessions/{id}", {{kPolicy, read, end}}};
}  // namespace gatehouse::handlers
