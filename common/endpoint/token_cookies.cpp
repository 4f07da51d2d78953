// SPDX-License-Identifier: Apache-2.0
#include "endpoint/token_cookies.h"

#include "http/cookie.h"

namespace gatehouse {

using http::CookieKind;

http::Response with_token_cookies(http::Response response, const Settings& settings, const sessions::TokenPair& pair) {
  const auto scheme = http::scheme_of(settings.public_url);
  return std::move(response)
      .with("Set-Cookie",
            http::set_cookie(CookieKind::access_token, scheme, pair.access_token, seconds(pair.expires_in)))
      .with("Set-Cookie",
            http::set_cookie(CookieKind::refresh_token, scheme, pair.refresh_token.value_or(""), pair.refresh_life));
}

http::Response welcome(const Settings& settings, const sessions::Started& started) {
  const auto scheme = http::scheme_of(settings.public_url);
  auto response = http::Response::json(200, kWelcome, {"logged in", started.username});
  return with_token_cookies(std::move(response), settings, started.pair)
      .with("Set-Cookie", http::set_cookie(CookieKind::session, scheme, started.cookie, started.cookie_life));
}

http::Response without_login_cookies(http::Response response, const Settings& settings) {
  const auto scheme = http::scheme_of(settings.public_url);
  return std::move(response)
      .with("Set-Cookie", http::clear_cookie(CookieKind::access_token, scheme))
      .with("Set-Cookie", http::clear_cookie(CookieKind::refresh_token, scheme))
      .with("Set-Cookie", http::clear_cookie(CookieKind::session, scheme));
}

}  // namespace gatehouse
