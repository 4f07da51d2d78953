// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "auth/sessions/sessions.h"

namespace gatehouse::sessions {

struct RefreshRequest {
  std::string_view token;
  std::string_view idempotency_key;  // may be empty
};

// Trades a refresh token for a new pair, exactly once: one conditional UPDATE decides. A token of ours that is not the
// current one is reuse: the session dies in the same unit, and the refusal says so. An honest retry (the same
// Idempotency-Key within a minute, or within REFRESH_REUSE_GRACE_SECONDS) gets the same successor, byte for byte, as
// long as nobody has used it. A session that was refreshed too often (REFRESH_RATE_LIMIT) keeps its token for later;
// reuse is reuse all the same.
Result<TokenPair> refresh(const Occasion& occasion, const RefreshRequest& request);

// What the successor of a spent token is sealed for.
std::string successor_context(const SessionId& session, const TokenId& spent);

}  // namespace gatehouse::sessions
