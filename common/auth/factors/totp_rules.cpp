// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "auth/factors/totp.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace gatehouse::factors {
namespace {

constexpr std::size_t kDigits = 6;
constexpr std::int64_t kDrift = 1;
constexpr std::size_t kRecoveryDigits = 16;
constexpr std::size_t kGroup = 4;

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

}  // namespace

std::int64_t step_at(Time now) { return to_unix_seconds(now) / kStep.count(); }

// RFC 4226 section 5.3, of the step in place of a counter.
std::string code_at(std::string_view seed, std::int64_t step) {
  std::string counter(8, '\0');
  for (std::size_t i = counter.size(); i-- > 0; step >>= 8) counter[i] = static_cast<char>(step & 0xff);
  const auto mac = crypto::hmac_sha1(seed, counter);
  const std::size_t at = mac.back() & 0x0f;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | mac.at(at + i);
  std::string code = std::to_string((number & 0x7fffffff) % 1'000'000);
  return std::string(kDigits - code.size(), '0') + code;
}

bool is_code(std::string_view text) {
  return text.size() == kDigits && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<std::int64_t> step_of(std::string_view seed, std::string_view code, Time now, std::int64_t last_step) {
  if (!is_code(code)) return std::nullopt;
  const std::int64_t present = step_at(now);
  std::optional<std::int64_t> found;
  for (std::int64_t step = present - kDrift; step <= present + kDrift; ++step) {
    if (equal_in_constant_time(code_at(seed, step), code) && step > last_step) found = step;
  }
  return found;
}

std::string otpauth_uri(std::string_view issuer, std::string_view account, std::string_view secret) {
  const std::string name = percent_encoded(issuer);
  return "otpauth://totp/" + name + ":" + percent_encoded(account) + "?secret=" + std::string(secret) +
         "&issuer=" + name + "&algorithm=SHA1&digits=6&period=30";
}

std::string shown_recovery_code(std::string_view bits) {
  const std::string digits = to_base32(bits);
  std::string shown;
  for (std::size_t at = 0; at < digits.size(); at += kGroup) {
    shown += (shown.empty() ? "" : "-") + digits.substr(at, kGroup);
  }
  return shown;
}

std::optional<std::string> canonical_recovery_code(std::string_view text) {
  std::string canonical;
  for (const char c : text) {
    if (c == '-') continue;
    const char digit = is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
    const bool is_of_base32 = (digit >= 'A' && digit <= 'Z') || (digit >= '2' && digit <= '7');
    if (!is_of_base32) return std::nullopt;
    canonical += digit;
  }
  return canonical.size() == kRecoveryDigits ? std::optional(canonical) : std::nullopt;
}

}  // namespace gatehouse::factors
