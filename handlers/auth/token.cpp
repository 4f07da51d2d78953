// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/sessions.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

using sessions::kTokenPair;

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Trade a user name (or email) and password for a pair of tokens.",
    .access = Access::anonymous("the password in the body is the credential"),
    .limit = Limit::login,
    .accepts = Accepts::form,
    .answers = {{200, kTokenPair}},
    .audits = {Event::login_success, Event::login_failure, Event::account_locked, Event::second_factor_asked,
               Event::second_factor_failure, Event::recovery_code_used},
    .power = Power::mints,
};

constexpr TextRule kGrantType{
    .most = 20, .meaning = "password", .pattern = "^password$", .check = [](std::string_view v) -> std::string_view {
      return v == "password" ? "" : "must be password";
    }};

sessions::Login read(Input& in) {
  in.optional_text("grant_type", kGrantType);
  in.ignored("client_id", "sent by OAuth clients; there is one client here");
  in.ignored("client_secret", "sent by OAuth clients; there is one client here");
  return {.username = in.text("username", sessions::kLoginName),
          .password = in.secret("password", sessions::kLoginPassword),
          .scope = in.optional_text("scope", sessions::kLoginScope),
          .otp = in.optional_text("otp", factors::kEither)};
}

Result<Response> token(Context& c, const sessions::Login& login) {
  const auto started = sessions::log_in(c, login);
  if (!started) return started.refusal();
  return Response::json(200, kTokenPair, started->pair);
}

}  // namespace

extern const Endpoint auth_token{"/api/v1/auth/token", {{kPolicy, read, token}}};
}  // namespace gatehouse::handlers
