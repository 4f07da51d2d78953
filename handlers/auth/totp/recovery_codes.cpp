// SPDX-License-Identifier: Apache-2.0
#include "auth/factors/factors.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Ten new recovery codes in place of those there are, by a code of the second factor.",
    .access = Access::user().with_scopes({Scope::profile_write}).with_fresh_login(minutes(10)),
    .limit = Limit::password,
    .accepts = Accepts::json,
    .answers = {{200, factors::kRecoveryCodes}},
    .audits = {Event::recovery_codes_made, Event::second_factor_failure, Event::account_locked,
               Event::recovery_code_used},
    .power = Power::opens,
};

factors::Shown read(Input& in) {
  return {.code = in.optional_text("code", factors::kOptionalCode),
          .recovery_code = in.optional_text("recovery_code", factors::kRecoveryCode)};
}

Result<Response> renew(Context& c, const factors::Shown& shown) {
  const auto codes = factors::renew_recovery_codes(c, c.principal(), shown);
  if (!codes) return codes.refusal();
  return Response::json(200, factors::kRecoveryCodes, *codes);
}

}  // namespace

extern const Endpoint auth_totp_recovery_codes{"/api/v1/auth/totp/recovery-codes", {{kPolicy, read, renew}}};
}  // namespace gatehouse::handlers
