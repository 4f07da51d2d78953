// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/sessions/sessions.h"
#include "crypto/hash.h"

namespace gatehouse::sessions {

// An opaque cookie of a session: its id, by which a row is found, and 256 bits that only the browser has.
class Cookie {
 public:
  static Cookie of(const SessionId& session, const std::array<unsigned char, 32>& secret);
  static Cookie draw(const SessionId& session, Randomness& random);
  static std::optional<Cookie> parse(std::string_view text);

  const SessionId& session() const { return session_; }
  std::string text() const;
  // What is stored; the label keeps a cookie of one kind from being another.
  crypto::Digest hash(std::string_view kind) const;

 private:
  SessionId session_;
  std::array<unsigned char, 32> secret_{};
};

// Who logged in, of a row as the queries by cookie give it: the hash, the session's state and scopes, the user, their
// groups. The session must live.
Result<Principal> principal_of(const Occasion& occasion, db::Rows& row, const Cookie& cookie,
                               const crypto::Digest& hash);

// The session cookie, for pages.
Result<Principal> authenticate_cookie(const Occasion& occasion, std::string_view cookie);

// Notes that the session is in use by pages, so that it idles no longer; writes at most once a minute.
void keep_alive(const Occasion& occasion, const Principal::Login& login);

}  // namespace gatehouse::sessions
