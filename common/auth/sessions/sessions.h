// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/factors/factors.h"
#include "auth/principal/principal.h"
#include "auth/process.h"
#include "base/result.h"
#include "json/shape.h"

namespace gatehouse::sessions {

// RFC 6749 section 5.1.
struct TokenPair {
  std::string access_token;
  std::optional<std::string> refresh_token;  // none where it travels in a cookie
  std::string token_type;
  std::int64_t expires_in = 0;
  std::string scope;
  seconds refresh_life{};  // its cookie's; in no body
};

inline constexpr json::ShapeOf<TokenPair> kTokenPair{
    "TokenPair",
    json::field<&TokenPair::access_token>("access_token"),
    json::field<&TokenPair::refresh_token>("refresh_token"),
    json::field<&TokenPair::token_type>("token_type"),
    json::field<&TokenPair::expires_in>("expires_in"),
    json::field<&TokenPair::scope>("scope"),
};

// What a login is answered with: tokens for a program, a cookie for pages, or both.
enum class Gets { tokens, cookie, tokens_and_cookie };

struct Login {
  std::string username;  // or email, as typed
  Secret password;
  std::optional<std::string> scope;
  Gets gets = Gets::tokens;
  std::optional<std::string> otp{};  // of the second factor; left out: it is asked for where there is one
};

// What is typed at a login is not judged by the rules for new names and passwords: those change, accounts stay.
inline constexpr TextRule kLoginName{.least = 1, .most = 254, .meaning = "user name or email"};
inline constexpr TextRule kLoginPassword{.least = 1, .most = 1024, .meaning = "password"};
inline constexpr TextRule kLoginScope{.most = 1000,
                                      .meaning = "scopes wanted, apart by blanks; left out: all that the role allows"};

struct Started {
  SessionId session;
  std::string username;
  TokenPair pair;      // empty where only a cookie was wanted
  std::string cookie;  // "" where none was
  seconds cookie_life{};
};

// Starts a session. Unknown, wrong, locked, disabled: the same answer after the same work, and the failure is on record
// whatever becomes of the request.
// `replaces`: the session cookie that the browser has; with the new session that one ends.
// An account with a second factor, without `otp`: refused with an `mfa_token`.
Result<Started> log_in(const Occasion& occasion, const Login& login, std::string_view replaces = {});

// The second step of a login whose password was right. The token is good for five minutes, five tries, one session and
// the scopes that were asked for; only where it was given (`gets`), and only while the account is as it was.
struct SecondStep {
  std::string mfa_token;
  factors::Shown shown;
  Gets gets = Gets::tokens;
};
inline constexpr TextRule kMfaToken{.least = 1, .most = 64, .meaning = "as the first step of the login gave it"};
Result<Started> finish_log_in(const Occasion& occasion, const SecondStep& second, std::string_view replaces = {});

// The password again, and the second factor where the account has one: the session is as fresh as a new login, and says
// by what it was made. Throttled as a login is.
struct Reauthentication {
  Secret password;
  std::optional<std::string> otp;
};
Result<Done> reauthenticate(const Occasion& occasion, const Principal& principal, const Reauthentication& wanted);

// The signature, then one query: the session lives, the token is not revoked, the user is there and active.
Result<Principal> authenticate_bearer(const Occasion& occasion, std::string_view token);

// Notes that the session is in use; writes at most once a minute.
void touch(const Occasion& occasion, const Principal::Login& login);

}  // namespace gatehouse::sessions
