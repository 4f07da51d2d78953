// SPDX-License-Identifier: Apache-2.0
#include "auth/api_keys/api_keys_rules.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/text.h"
#include "crypto/hash.h"

namespace gatehouse::api_keys {
namespace {

constexpr std::string_view kMark = "gh_";
constexpr std::size_t kBodyLength = 43;  // 62^43 > 2^256
constexpr std::size_t kSumLength = 6;
constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// A number in big-endian bytes, to the base of 62; as many of the lowest digits as asked for.
std::string to_base62(std::span<const unsigned char> number, std::size_t length) {
  std::vector<unsigned> rest(number.begin(), number.end());
  std::string digits(length, '0');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    unsigned remainder = 0;
    for (unsigned& byte : rest) {
      const unsigned value = remainder * 256 + byte;
      byte = value / 62;
      remainder = value % 62;
    }
    *digit = kDigits[remainder];
  }
  return digits;
}

std::string checksum(std::string_view text) {
  const crypto::Digest digest = crypto::sha256(text);
  return to_base62(std::span(digest).first(8), kSumLength);
}

}  // namespace

Secret draw_key(Randomness& random) {
  std::array<unsigned char, 32> bits;
  random.fill(bits);
  std::string key = std::string(kMark) + to_base62(bits, kBodyLength);
  key += checksum(key);
  return Secret(key);
}

bool is_key(std::string_view text) {
  if (text.size() != kMark.size() + kBodyLength + kSumLength || !text.starts_with(kMark)) return false;
  const std::string_view body = text.substr(kMark.size());
  if (!std::all_of(body.begin(), body.end(), is_alnum)) return false;
  return text.substr(text.size() - kSumLength) == checksum(text.substr(0, text.size() - kSumLength));
}

std::string_view prefix_of(std::string_view key) { return key.substr(0, kMark.size() + 6); }

}  // namespace gatehouse::api_keys
