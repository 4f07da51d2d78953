// SPDX-License-Identifier: Apache-2.0
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

// What the front server's configuration tells it, in FastCGI parameters:
//   GATEHOUSE_SITE   the site, as GUARD_RULES calls it
//   GATEHOUSE_GUARD  check: answer 200, 401, 403 and 503 only (nginx's auth_request); where a responder is asked
//                    redirect: refusals are passed on, and may lead to the sign-in page; where an authorizer is asked
//                    page: after a refusal, what the person sees (error_page, ErrorDocument); never 200
//                    forwarded: a trusted gateway asks about X-Forwarded-Method and X-Forwarded-Uri
constexpr Guard kGuard{
    .promise = "Say whether a request to a guarded site may pass, and who it is from.",
    .audits = {Event::unauthorized_access},
};

}  // namespace

extern const Endpoint guard{kGuard};
}  // namespace gatehouse::handlers
