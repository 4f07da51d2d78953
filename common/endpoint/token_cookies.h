// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/sessions/sessions.h"
#include "http/response.h"

namespace gatehouse {

// The answer, with both tokens in cookies of their own.
http::Response with_token_cookies(http::Response response, const Settings& settings, const sessions::TokenPair& pair);
// The same, and the session's own cookie for pages.
http::Response with_login_cookies(http::Response response, const Settings& settings, const sessions::Started& started);
// The answer, taking all of them back.
http::Response without_login_cookies(http::Response response, const Settings& settings);

}  // namespace gatehouse
