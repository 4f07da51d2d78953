// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/ids.h"
#include "crypto/sign.h"
#include "database.h"

namespace gatehouse::bench {

// The least that can be traded like a refresh token, "session.id.signature"; BENCH_KEY signs it.
inline crypto::SigningKey limit_key() {
  const Secret der(from_base64url(environment("BENCH_KEY")).value());
  return crypto::SigningKey::from_private_der(crypto::Algorithm::es256, der);
}

inline std::string sign_limit_token(const crypto::SigningKey& key, const SessionId& session, const TokenId& id) {
  const std::string text = session.text() + '.' + id.text();
  return text + '.' + to_base64url(key.sign(text));
}

struct LimitToken {
  SessionId session;
  TokenId id;
};

inline std::optional<LimitToken> verify_limit_token(const crypto::VerifyingKey& key, std::string_view token) {
  constexpr std::size_t kId = 22;  // characters of 16 bytes
  if (token.size() <= 2 * kId + 2) return std::nullopt;
  const auto session = SessionId::from_text(token.substr(0, kId));
  const auto id = TokenId::from_text(token.substr(kId + 1, kId));
  const auto signature = from_base64url(token.substr(2 * kId + 2));
  if (!session || !id || !signature || !key.verify(token.substr(0, 2 * kId + 1), *signature)) return std::nullopt;
  return LimitToken{*session, *id};
}

}  // namespace gatehouse::bench
