// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/access/rights.h"
#include "auth/process.h"
#include "auth/tokens/verified.h"
#include "base/result.h"

namespace gatehouse::tokens {

// What both tokens of a session are minted from.
struct Grant {
  UserId user;
  std::string username;
  std::string role;
  std::vector<std::string> groups;
  access::ScopeSet scopes;
  SessionId session;
  Time authenticated_at;
  std::string amr;
};

// JWT as in RFC 9068, `typ: at+jwt`.
std::string mint_access(const Occasion& occasion, const Grant& grant, const TokenId& id, Time expires_at);

// JWT with `typ: rt+jwt`; the session row says whether it is still the one.
std::string mint_refresh(const Occasion& occasion, const Grant& grant, const TokenId& id, Time expires_at);

struct RefreshClaims {
  UserId user;
  SessionId session;
  TokenId id;
};
// Signature, kind, issuer, audience and dates; whether it is the current one is for the session's row to say.
Result<RefreshClaims> verify_refresh(const Occasion& occasion, std::string_view token);

// The session that a token of ours names, also when the token has expired; nullopt for anything else.
std::optional<SessionId> session_of_access(const Occasion& occasion, std::string_view token);
std::optional<SessionId> session_of_refresh(const Occasion& occasion, std::string_view token);

// Signature (or the memory of it), kind, issuer, audience and dates; whether the session lives is the caller's query.
Result<AccessClaims> verify_access(const Occasion& occasion, std::string_view token);

}  // namespace gatehouse::tokens
