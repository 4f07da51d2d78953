// SPDX-License-Identifier: Apache-2.0
#include "auth/factors/factors.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise =
        "Turn one's second factor on by its first code; answers the recovery codes, and ends every other session.",
    .access = Access::user().with_scopes({Scope::profile_write}).with_fresh_login(minutes(10)),
    .limit = Limit::password,
    .accepts = Accepts::json,
    .answers = {{200, factors::kRecoveryCodes}},
    .audits = {Event::second_factor_added},
    .power = Power::opens,
};

struct Body {
  std::string code;
};
Body read(Input& in) { return {.code = in.text("code", factors::kCode)}; }

Result<Response> confirm(Context& c, const Body& body) {
  const auto codes = factors::confirm(c, c.principal(), body.code);
  if (!codes) return codes.refusal();
  return Response::json(200, factors::kRecoveryCodes, *codes);
}

}  // namespace

extern const Endpoint auth_totp_confirm{"/api/v1/auth/totp/confirm", {{kPolicy, read, confirm}}};
}  // namespace gatehouse::handlers
