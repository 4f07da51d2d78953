// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/sessions/sessions.h"
#include "http/response.h"

namespace gatehouse {

// The answer, with both tokens in cookies of their own.
http::Response with_token_cookies(http::Response response, const Settings& settings, const sessions::TokenPair& pair);

// What a login by cookies is answered with.
struct Welcome {
  std::string detail;
  std::string username;
};
inline constexpr json::ShapeOf<Welcome> kWelcome{"Welcome", json::field<&Welcome::detail>("detail"),
                                                 json::field<&Welcome::username>("username")};
// … both tokens and the session's own cookie for pages with it.
http::Response welcome(const Settings& settings, const sessions::Started& started);

// The answer, taking all of them back.
http::Response without_login_cookies(http::Response response, const Settings& settings);

}  // namespace gatehouse
