// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/access/scopes.h"
#include "auth/process.h"
#include "auth/users/users.h"
#include "base/result.h"
#include "json/shape.h"

namespace gatehouse::sessions {

// RFC 6749 section 5.1.
struct TokenPair {
  std::string access_token;
  std::string refresh_token;
  std::string token_type;
  std::int64_t expires_in = 0;
  std::string scope;
};

inline constexpr json::ShapeOf<TokenPair> kTokenPair{
    "TokenPair",
    json::field<&TokenPair::access_token>("access_token"),
    json::field<&TokenPair::refresh_token>("refresh_token"),
    json::field<&TokenPair::token_type>("token_type"),
    json::field<&TokenPair::expires_in>("expires_in"),
    json::field<&TokenPair::scope>("scope"),
};

struct Login {
  std::string username;  // or email, as typed
  Secret password;
  std::optional<std::string> scope;
};

// Starts a session. Unknown, wrong, locked, disabled: the same answer after the same work, and the failure is on record
// whatever becomes of the request.
Result<TokenPair> log_in(const Occasion& occasion, const Login& login);

// Whom a credential stands for, as of this request.
struct Principal {
  users::User user;
  SessionId session;
  access::ScopeSet scopes;  // of the token, cut to what the user's present role allows
};

// The signature, then one query: the session lives, the token is not revoked, the user is there and active.
Result<Principal> authenticate_bearer(const Occasion& occasion, std::string_view token);

}  // namespace gatehouse::sessions
