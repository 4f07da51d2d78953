// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/random.h"

namespace gatehouse {

// A number that the database drew: stable, never reused, decimal on the wire.
template <class Tag>
struct NumberId {
  std::int64_t value = 0;
  auto operator<=>(const NumberId&) const = default;
};

using UserId = NumberId<struct UserTag>;
using GroupId = NumberId<struct GroupTag>;
using PostId = NumberId<struct PostTag>;

// 16 random bytes, base64url on the wire. The tag keeps a session's id from being passed as a token's.
template <class Tag>
struct RandomId {
  std::array<unsigned char, 16> bytes{};

  static RandomId draw(Randomness& random) {
    RandomId id;
    random.fill(id.bytes);
    return id;
  }
  static std::optional<RandomId> from_bytes(std::string_view raw) {
    RandomId id;
    if (raw.size() != id.bytes.size()) return std::nullopt;
    std::copy(raw.begin(), raw.end(), id.bytes.begin());
    return id;
  }
  static std::optional<RandomId> from_text(std::string_view text) {
    const auto raw = from_base64url(text);
    if (!raw) return std::nullopt;
    return from_bytes(*raw);
  }
  std::string text() const { return to_base64url(bytes_of(bytes)); }
  std::string_view raw() const { return bytes_of(bytes); }
  auto operator<=>(const RandomId&) const = default;
};

// 256 bits that nobody guesses, base64url.
inline constexpr std::size_t kSecretBytes = 32;
inline std::string draw_secret(Randomness& random) {
  std::array<unsigned char, kSecretBytes> bytes;
  random.fill(bytes);
  return to_base64url(bytes_of(bytes));
}

using SessionId = RandomId<struct SessionTag>;
using TokenId = RandomId<struct TokenTag>;
using MailId = RandomId<struct MailTag>;
using KeyId = RandomId<struct KeyTag>;  // of an API key
// Drawn before the unit that creates a user, a group or a post, so that a re-run recognises its own row.
using BirthId = RandomId<struct BirthTag>;

}  // namespace gatehouse
