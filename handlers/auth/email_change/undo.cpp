// SPDX-License-Identifier: Apache-2.0
#include "auth/recovery/email_change.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise =
        "Take an account back to the address it had: every session ends, and who reads that mail sets a new "
        "password.",
    .access = Access::anonymous("the token in the body is the credential"),
    .limit = Limit::password,
    .accepts = Accepts::json,
    .answers = {{200, kMessage}},
    .audits = {Event::email_change_undone},
};

struct Body {
  std::string token;
};
Body read(Input& in) { return {.token = in.text("token", recovery::kToken)}; }

Result<Response> undo(Context& c, const Body& body) {
  const auto done = recovery::undo_change(c, body.token);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the old address is back; a mail to it says how to set a new password"});
}

}  // namespace

extern const Endpoint auth_email_change_undo{"/api/v1/auth/email-change/undo", {{kPolicy, read, undo}}};
}  // namespace gatehouse::handlers
