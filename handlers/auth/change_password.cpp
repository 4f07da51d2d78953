// SPDX-License-Identifier: Apache-2.0
#include "auth/accounts/accounts.h"
#include "endpoint/endpoint.h"
#include "endpoint/new_password.h"
#include "endpoint/token_cookies.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Change one's own password; every session ends, this one too. Lists the API keys that go on.",
    .access = Access::user().with_scopes({Scope::profile_write}),
    .limit = Limit::password,
    .accepts = Accepts::json,
    .answers = {{200, kPasswordSet}},
    .audits = {Event::password_changed, Event::login_failure, Event::account_locked},
};

accounts::PasswordChange read(Input& in) {
  return {.current = in.secret("current_password", sessions::kLoginPassword),
          .fresh = in.secret("new_password", users::kNewPassword),
          .end_api_keys = in.optional_boolean("end_api_keys", kEndApiKeys).value_or(false)};
}

Result<Response> change_password(Context& c, const accounts::PasswordChange& change) {
  const auto kept = accounts::change_password(c, c.principal(), change);
  if (!kept) return kept.refusal();
  return without_login_cookies(Response::json(200, kPasswordSet, {"password changed; log in again", *kept}),
                               c.settings());
}

}  // namespace

extern const Endpoint auth_change_password{"/api/v1/auth/change-password", {{kPolicy, read, change_password}}};
}  // namespace gatehouse::handlers
