// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/sessions.h"
#include "endpoint/endpoint.h"
#include "endpoint/token_cookies.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "The second step of a login from a browser: the tokens travel in HttpOnly cookies.",
    .access = Access::anonymous("the mfa_token and the code are the credential"),
    .limit = Limit::login,
    .accepts = Accepts::json_or_form,
    .answers = {{200, kWelcome}},
    .audits = {Event::login_success, Event::second_factor_failure, Event::account_locked, Event::recovery_code_used,
               Event::logout},
    .power = Power::mints,
    .same_origin = SameOrigin::always,
};

sessions::SecondStep read(Input& in) {
  return {.mfa_token = in.text("mfa_token", sessions::kMfaToken),
          .shown = {.code = in.optional_text("code", factors::kOptionalCode),
                    .recovery_code = in.optional_text("recovery_code", factors::kRecoveryCode)},
          .gets = sessions::Gets::tokens_and_cookie};
}

Result<Response> finish(Context& c, const sessions::SecondStep& second) {
  const auto started = sessions::finish_log_in(c, second, c.cookie(http::CookieKind::session).value_or(""));
  if (!started) return started.refusal();
  return welcome(c.settings(), *started);
}

}  // namespace

extern const Endpoint auth_login_mfa{"/api/v1/auth/login/mfa", {{kPolicy, read, finish}}};
}  // namespace gatehouse::handlers
