// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/sessions.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

using sessions::kTokenPair;

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "The second step of a login: trade an mfa_token and a code, or a recovery code, for a pair of tokens.",
    .access = Access::anonymous("the mfa_token and the code are the credential"),
    .limit = Limit::login,
    .accepts = Accepts::json_or_form,
    .answers = {{200, kTokenPair}},
    .audits = {Event::login_success, Event::second_factor_failure, Event::account_locked, Event::recovery_code_used},
    .power = Power::mints,
};

sessions::SecondStep read(Input& in) {
  return {.mfa_token = in.text("mfa_token", sessions::kMfaToken),
          .shown = {.code = in.optional_text("code", factors::kOptionalCode),
                    .recovery_code = in.optional_text("recovery_code", factors::kRecoveryCode)}};
}

Result<Response> finish(Context& c, const sessions::SecondStep& second) {
  const auto started = sessions::finish_log_in(c, second);
  if (!started) return started.refusal();
  return Response::json(200, kTokenPair, started->pair);
}

}  // namespace

extern const Endpoint auth_token_mfa{"/api/v1/auth/token/mfa", {{kPolicy, read, finish}}};
}  // namespace gatehouse::handlers
