// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/refresh.h"

#include "auth/tokens/tokens.h"
#include "endpoint/endpoint.h"
#include "endpoint/token_cookies.h"

namespace gatehouse::handlers {
namespace {

using sessions::kTokenPair;

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Trade a refresh token, of the body or the cookie, for a new pair, exactly once.",
    .access = Access::anonymous("the refresh token is the credential"),
    .limit = Limit::general,
    .session_limit = Limit::refresh,
    .accepts = Accepts::optional_json,
    .answers = {{200, kTokenPair}},
    .audits = {Event::token_refresh, Event::token_reuse_detected},
    .power = Power::mints,
};

constexpr TextRule kToken{.least = 1, .most = 4096, .meaning = "left out: the cookie is taken"};

struct Body {
  std::optional<std::string> refresh_token;
};
Body read(Input& in) { return {.refresh_token = in.optional_text("refresh_token", kToken)}; }

// A sibling host can plant the refresh cookie, but not the access cookie beside it: both must be of one session.
bool is_planted(Context& c) {
  const auto access = c.cookie(http::CookieKind::access_token);
  const auto refresh = c.cookie(http::CookieKind::refresh_token);
  return access && refresh && tokens::session_of_access(c, *access) != tokens::session_of_refresh(c, *refresh);
}

Result<Response> refresh_by_cookie(Context& c) {
  const auto cookie = c.credential_cookie(http::CookieKind::refresh_token);
  if (!cookie) return cookie.refusal();
  if (!*cookie) return Refusal{Reason::unauthenticated, "this needs a refresh token"};
  if (is_planted(c)) return Refusal{Reason::token_invalid, "the two cookies are not of one session"};
  auto pair = sessions::refresh(c, {**cookie, c.idempotency_key()});
  if (!pair) return pair.refusal();
  sessions::TokenPair shown = *pair;
  shown.refresh_token.reset();  // the browser keeps it, the page does not see it
  return with_token_cookies(Response::json(200, kTokenPair, shown), c.settings(), *pair);
}

Result<Response> refresh(Context& c, const Body& body) {
  if (!body.refresh_token) return refresh_by_cookie(c);
  const auto pair = sessions::refresh(c, {*body.refresh_token, c.idempotency_key()});
  if (!pair) return pair.refusal();
  return Response::json(200, kTokenPair, *pair);
}

}  // namespace

extern const Endpoint auth_refresh{"/api/v1/auth/refresh", {{kPolicy, read, refresh}}};
}  // namespace gatehouse::handlers
