// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "base/text_rule.h"
#include "base/time.h"

// TOTP (RFC 6238) as every authenticator app knows it: SHA-1, six digits, 30 seconds; a seed of 160 bits.
namespace gatehouse::factors {

inline constexpr std::size_t kSeedBytes = 20;
inline constexpr seconds kStep{30};

std::int64_t step_at(Time now);
std::string code_at(std::string_view seed, std::int64_t step);

// Six ASCII digits and nothing else: a code has one spelling.
bool is_code(std::string_view text);

// The step that this code is of: the present one, or the one before or after it, since clocks differ; and newer than
// the last that was used. Where two steps have the same code, the newer.
std::optional<std::int64_t> step_of(std::string_view seed, std::string_view code, Time now, std::int64_t last_step);

// What an authenticator app reads (the key URI format), and what the QR code says.
std::string otpauth_uri(std::string_view issuer, std::string_view account, std::string_view secret);

// 80 bits, as people are shown them ("ABCD-EFGH-JKLM-NOPQ") and as they are hashed: 16 digits of base32. nullopt where
// it is none: letters of either case, with or without dashes, and nothing else.
std::string shown_recovery_code(std::string_view bits);
std::optional<std::string> canonical_recovery_code(std::string_view text);

}  // namespace gatehouse::factors
