// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/pair.h"

#include <algorithm>

namespace gatehouse::sessions {

Time refresh_expiry(const Occasion& occasion, Time ends_at) {
  return std::min<Time>(occasion.now + occasion.settings().refresh_token_life, ends_at);
}

TokenPair mint_pair(const Occasion& occasion, const tokens::Grant& grant, const TokenId& refresh_id, Time ends_at) {
  const Time access_expires_at = std::min<Time>(occasion.now + occasion.settings().access_token_life, ends_at);
  const Time refresh_expires_at = refresh_expiry(occasion, ends_at);
  const TokenId access_id = TokenId::draw(occasion.random());
  return {.access_token = tokens::mint_access(occasion, grant, access_id, access_expires_at),
          .refresh_token = tokens::mint_refresh(occasion, grant, refresh_id, refresh_expires_at),
          .token_type = "bearer",
          .expires_in = std::chrono::floor<seconds>(access_expires_at - occasion.now).count(),
          .scope = grant.scopes.text(),
          .refresh_life = std::chrono::floor<seconds>(refresh_expires_at - occasion.now)};
}

}  // namespace gatehouse::sessions
