// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/endings.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"
#include "endpoint/token_cookies.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "End the session of the access token, refresh and access tokens alike.",
    .access = Access::user(),
    .limit = Limit::general,
    .accepts = Accepts::optional_json,
    .answers = {{200, kMessage}},
    .audits = {Event::logout},
};

constexpr TextRule kToken{.least = 1, .most = 4096, .meaning = "must be of the same session"};

struct Body {
  std::optional<std::string> refresh_token;
};
Body read(Input& in) { return {.refresh_token = in.optional_text("refresh_token", kToken)}; }

Result<Response> log_out(Context& c, const Body& body) {
  const auto done = sessions::log_out(c, c.principal(), body.refresh_token);
  if (!done) return done.refusal();
  return without_login_cookies(Response::json(200, kMessage, {"logged out"}), c.settings());
}

}  // namespace

extern const Endpoint auth_logout{"/api/v1/auth/logout", {{kPolicy, read, log_out}}};
}  // namespace gatehouse::handlers
