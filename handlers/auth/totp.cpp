// SPDX-License-Identifier: Apache-2.0
#include "auth/factors/factors.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kShow{
    .method = Method::Get,
    .promise = "Whether one's account has a second factor, and how many recovery codes are left.",
    .access = Access::user().with_scopes({Scope::profile_read}),
    .limit = Limit::general,
    .answers = {{200, factors::kStatus}},
};

constexpr Policy kRemove{
    .method = Method::Delete,
    .promise = "Remove one's second factor, by a code of it or a recovery code; every other session ends.",
    .access = Access::user().with_scopes({Scope::profile_write}).with_fresh_login(minutes(10)),
    .limit = Limit::password,
    .accepts = Accepts::json,
    .answers = {{200, kMessage}},
    .audits = {Event::second_factor_removed, Event::second_factor_failure, Event::account_locked,
               Event::recovery_code_used},
    .power = Power::opens,
};

factors::Shown read(Input& in) {
  return {.code = in.optional_text("code", factors::kOptionalCode),
          .recovery_code = in.optional_text("recovery_code", factors::kRecoveryCode)};
}

Result<Response> show(Context& c) { return Response::json(200, factors::kStatus, factors::status(c, c.principal())); }

Result<Response> remove(Context& c, const factors::Shown& shown) {
  const auto done = factors::remove(c, c.principal(), shown);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the second factor is removed; every other session has ended"});
}

}  // namespace

extern const Endpoint auth_totp{"/api/v1/auth/totp", {{kShow, show}, {kRemove, read, remove}}};
}  // namespace gatehouse::handlers
