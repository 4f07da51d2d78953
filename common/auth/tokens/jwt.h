// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/sign.h"
#include "json/json.h"

namespace gatehouse::tokens {

inline constexpr std::size_t kMostTokenBytes = 8 * 1024;

// A JWS in compact form (RFC 7515 section 7.1), taken apart and believed in nothing.
struct Jwt {
  json::Value header;
  json::Value claims;
  std::string_view signed_part;  // of the token's text, which must outlive this
  std::string signature;

  std::string_view kid() const { return header.string_of("kid"); }
};

// nullopt unless it is three parts of strict base64url, the first two JSON objects, without "crit" (RFC 7515 section
// 4.1.11: what we don't understand and must, we refuse).
std::optional<Jwt> parse_jwt(std::string_view token);

// The key brings the algorithm; a header that names another is a lie.
bool is_signed_by(const Jwt& jwt, const crypto::VerifyingKey& key);

std::string sign_jwt(const crypto::SigningKey& key, std::string_view kid, std::string_view type,
                     std::string_view claims);

}  // namespace gatehouse::tokens
