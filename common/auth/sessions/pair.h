// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/sessions/sessions.h"
#include "auth/tokens/tokens.h"

namespace gatehouse::sessions {

// What the session cookie's secret is hashed with.
inline constexpr const char* kSessionCookie = "session cookie";

// When a refresh token that is minted now expires, and the session with it unless it is used: never after its end.
Time refresh_expiry(const Occasion& occasion, Time ends_at);

// What a session that ends at `ends_at` hands out. Neither token outlives it: whoever verifies them elsewhere knows of
// the session what they say, and no more.
TokenPair mint_pair(const Occasion& occasion, const tokens::Grant& grant, const TokenId& refresh_id, Time ends_at);

}  // namespace gatehouse::sessions
