// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/sessions/sessions.h"
#include "http/response.h"

namespace gatehouse {

// The answer, with both tokens in cookies of their own.
http::Response with_token_cookies(http::Response response, const Settings& settings, const sessions::TokenPair& pair);
// The answer, taking both cookies back.
http::Response without_token_cookies(http::Response response, const Settings& settings);

}  // namespace gatehouse
