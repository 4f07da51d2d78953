// SPDX-License-Identifier: Apache-2.0
#include "auth/recovery/reset.h"
#include "auth/users/users.h"
#include "endpoint/endpoint.h"
#include "endpoint/new_password.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise =
        "Set another password with the token of a mail, once; every session ends. Lists the API keys that go on.",
    .access = Access::anonymous("the token in the body is the credential"),
    .limit = Limit::password,
    .accepts = Accepts::json,
    .answers = {{200, kPasswordSet}},
    .audits = {Event::password_reset, Event::email_verified, Event::second_factor_removed},
};

recovery::Reset read(Input& in) {
  return {.token = in.text("token", recovery::kToken),
          .fresh = in.secret("new_password", users::kNewPassword),
          .end_api_keys = in.optional_boolean("end_api_keys", kEndApiKeys).value_or(false)};
}

Result<Response> reset_password(Context& c, const recovery::Reset& reset) {
  const auto kept = recovery::reset_password(c, reset);
  if (!kept) return kept.refusal();
  return Response::json(200, kPasswordSet, {"password set; log in with it", *kept});
}

}  // namespace

extern const Endpoint auth_reset_password{"/api/v1/auth/reset-password", {{kPolicy, read, reset_password}}};
}  // namespace gatehouse::handlers
