// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/sessions.h"
#include "endpoint/endpoint.h"
#include "endpoint/token_cookies.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Log in from a browser: the tokens travel in HttpOnly cookies, beside one for pages.",
    .access = Access::anonymous("the password in the body is the credential"),
    .limit = Limit::login,
    .accepts = Accepts::json_or_form,
    .answers = {{200, kWelcome}},
    .audits = {Event::login_success, Event::login_failure, Event::account_locked, Event::logout,
               Event::second_factor_asked, Event::second_factor_failure, Event::recovery_code_used},
    .power = Power::mints,
    .same_origin = SameOrigin::always,
};

sessions::Login read(Input& in) {
  return {.username = in.text("username", sessions::kLoginName),
          .password = in.secret("password", sessions::kLoginPassword),
          .scope = in.optional_text("scope", sessions::kLoginScope),
          .gets = sessions::Gets::tokens_and_cookie,
          .otp = in.optional_text("otp", factors::kEither)};
}

Result<Response> log_in(Context& c, const sessions::Login& login) {
  const auto started = sessions::log_in(c, login, c.cookie(http::CookieKind::session).value_or(""));
  if (!started) return started.refusal();
  return welcome(c.settings(), *started);
}

}  // namespace

extern const Endpoint auth_login{"/api/v1/auth/login", {{kPolicy, read, log_in}}};
}  // namespace gatehouse::handlers
