// SPDX-License-Identifier: Apache-2.0
#include "auth/factors/factors.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Offer oneself a second factor: a secret for an authenticator app, as text, URI and QR code.",
    .access = Access::user().with_scopes({Scope::profile_write}).with_fresh_login(minutes(10)),
    .limit = Limit::general,
    .answers = {{200, factors::kEnrolment}},
    .power = Power::opens,
};

Result<Response> enroll(Context& c) {
  const auto enrolment = factors::enroll(c, c.principal());
  if (!enrolment) return enrolment.refusal();
  return Response::json(200, factors::kEnrolment, *enrolment);
}

}  // namespace

extern const Endpoint auth_totp_enroll{"/api/v1/auth/totp/enroll", {{kPolicy, enroll}}};
}  // namespace gatehouse::handlers
