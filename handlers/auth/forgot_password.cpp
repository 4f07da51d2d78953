// SPDX-License-Identifier: Apache-2.0
#include "auth/recovery/reset.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Ask for a mail that lets its reader set another password. Says the same whoever has the address.",
    .access = Access::anonymous("who forgot the password can't log in"),
    .limit = Limit::password,
    .accepts = Accepts::json,
    .answers = {{202, kMessage}},
    .audits = {Event::password_reset_requested},
};

struct Body {
  std::string email;
};
Body read(Input& in) { return {.email = in.text("email", users::kEmail)}; }

Result<Response> forgot_password(Context& c, const Body& body) {
  const auto done = recovery::request_reset(c, body.email);
  if (!done) return done.refusal();
  return Response::json(202, kMessage, {"if there is an account of this address, a mail is on its way"});
}

}  // namespace

extern const Endpoint auth_forgot_password{"/api/v1/auth/forgot-password", {{kPolicy, read, forgot_password}}};
}  // namespace gatehouse::handlers
