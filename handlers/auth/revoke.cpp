// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/endings.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Kill a token: an access token alone, a refresh token with its session. Says the same whatever it was.",
    .access = Access::anonymous("whoever holds a token may end it"),
    .limit = Limit::general,
    .accepts = Accepts::json,
    .answers = {{200, kMessage}},
    .audits = {Event::token_revoked},
};

constexpr TextRule kToken{.least = 1, .most = 16384, .meaning = "access or refresh token"};

struct Body {
  std::string token;
};
Body read(Input& in) { return {.token = in.text("token", kToken)}; }

Result<Response> revoke(Context& c, const Body& body) {
  sessions::revoke_token(c, body.token);
  return Response::json(200, kMessage, {"revoked, if it was alive"});
}

}  // namespace

extern const Endpoint auth_revoke{"/api/v1/auth/revoke", {{kPolicy, read, revoke}}};
}  // namespace gatehouse::handlers
