// SPDX-License-Identifier: Apache-2.0
#include "auth/recovery/verification.h"
#include "auth/sessions/sessions.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise =
        "Confirm an address, or the change to one, with the token that was mailed there and the account's session "
        "or password.",
    .access = Access::optional("beside the token, a session or the password in the body is the credential"),
    .limit = Limit::password,
    .accepts = Accepts::json,
    .answers = {{200, kMessage}},
    .audits = {Event::email_verified, Event::email_changed, Event::email_change_requested, Event::login_failure,
               Event::account_locked},
};

recovery::Confirmation read(Input& in) {
  return {.token = in.text("token", recovery::kToken),
          .password = in.optional_secret("password", sessions::kLoginPassword)};
}

Result<Response> verify_email(Context& c, const recovery::Confirmation& confirmation) {
  const auto done = recovery::confirm(c, confirmation, c.known());
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the address is confirmed"});
}

}  // namespace

extern const Endpoint auth_verify_email{"/api/v1/auth/verify-email", {{kPolicy, read, verify_email}}};
}  // namespace gatehouse::handlers
