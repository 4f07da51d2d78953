// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/sessions.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Show the password again, and the second factor: this session is as fresh as a new login.",
    .access = Access::user(),
    .limit = Limit::password,
    .accepts = Accepts::json,
    .answers = {{200, kMessage}},
    .audits = {Event::reauthenticated, Event::login_failure, Event::second_factor_failure, Event::account_locked,
               Event::recovery_code_used},
    .power = Power::opens,
};

sessions::Reauthentication read(Input& in) {
  return {.password = in.secret("password", sessions::kLoginPassword),
          .otp = in.optional_text("otp", factors::kEither)};
}

Result<Response> reauthenticate(Context& c, const sessions::Reauthentication& wanted) {
  const auto done = sessions::reauthenticate(c, c.principal(), wanted);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the login is fresh again"});
}

}  // namespace

extern const Endpoint auth_reauthenticate{"/api/v1/auth/reauthenticate", {{kPolicy, read, reauthenticate}}};
}  // namespace gatehouse::handlers
