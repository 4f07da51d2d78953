// SPDX-License-Identifier: Apache-2.0
#include "auth/recovery/verification.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Ask for the mail that confirms one's address again. Says the same whoever has the address.",
    .access = Access::optional("who may not log in before that asks by the address"),
    .limit = Limit::password,
    .accepts = Accepts::optional_json,
    .answers = {{202, kMessage}},
    .audits = {Event::verification_requested},
};

struct Body {
  std::optional<std::string> email;
};
Body read(Input& in) { return {.email = in.optional_text("email", users::kEmail)}; }

Result<Response> request_verification(Context& c, const Body& body) {
  const auto done = recovery::request_verification(c, c.known(), body.email);
  if (!done) return done.refusal();
  return Response::json(202, kMessage, {"if this address waits to be confirmed, a mail is on its way"});
}

}  // namespace

extern const Endpoint auth_verify_email_request{"/api/v1/auth/verify-email/request",
                                                {{kPolicy, read, request_verification}}};
}  // namespace gatehouse::handlers
