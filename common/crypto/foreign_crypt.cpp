// SPDX-License-Identifier: Apache-2.0
// Hashes that libcrypt computes: bcrypt, md5-crypt, SHA-crypt, and scrypt as $7$.
#include <crypt.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>
#include <cerrno>
#include <memory>

#include "base/text.h"
#include "crypto/bytes.h"
#include "crypto/foreign_hash.h"
#include "crypto/openssl.h"

namespace gatehouse::crypto::foreign {
namespace {

constexpr std::size_t kBcryptSetting = 29;  // "$2b$10$" and 22 characters of salt
constexpr std::size_t kBcryptPassword = 72;
constexpr std::string_view kWordPress = "$wp";

// Of $7$: thirty bits, the low ones first.
long long little_endian_number(std::string_view text) {
  long long value = 0;
  for (std::size_t i = text.size(); i-- > 0;) {
    value = value << 6 | static_cast<long long>(kCryptAlphabet.find(text[i]));
  }
  return value;
}

}  // namespace

Cost judge_bcrypt(std::string_view setting) {
  if (setting.size() != kBcryptSetting || setting[6] != '$') return Cost::unreadable;
  if (!is_digit(setting[4]) || !is_digit(setting[5])) return Cost::unreadable;
  if (!is_made_of(setting.substr(7), kCryptAlphabet)) return Cost::unreadable;
  const int cost = (setting[4] - '0') * 10 + (setting[5] - '0');
  return cost < 4 ? Cost::unreadable : judge_work(cost, 8, 15);
}

Cost judge_wordpress_bcrypt(std::string_view setting) { return judge_bcrypt(setting.substr(kWordPress.size())); }

// A thousand rounds of MD5, whatever it says.
Cost judge_md5_crypt(std::string_view setting) {
  setting.remove_prefix(3);
  const std::string_view salt = take_field(setting, '$');
  return setting.empty() && salt.size() <= 8 && is_made_of(salt, kCryptAlphabet) ? Cost::fast : Cost::unreadable;
}

// "$6$salt$" or "$6$rounds=80000$salt$". A longer salt or fewer rounds libcrypt would adjust, and then never match.
Cost judge_sha_crypt(std::string_view setting) {
  constexpr std::string_view kRounds = "rounds=";
  setting.remove_prefix(3);
  if (!setting.ends_with('$')) return Cost::unreadable;
  long long rounds = 5000;
  if (setting.starts_with(kRounds)) {
    setting.remove_prefix(kRounds.size());
    rounds = plain_number(take_field(setting, '$'));
  }
  const std::string_view salt = take_field(setting, '$');
  if (rounds < 1000 || !setting.empty() || salt.size() > 16 || !is_made_of(salt, kCryptAlphabet)) {
    return Cost::unreadable;
  }
  return judge_work(rounds, 40'000, 1'000'000);
}

// "$7$", log2 of N in one character, r and p in five each, the salt.
Cost judge_crypt_scrypt(std::string_view setting) {
  setting.remove_prefix(3);
  if (!setting.ends_with('$')) return Cost::unreadable;
  setting.remove_suffix(1);
  if (setting.size() < 11 || !is_made_of(setting, kCryptAlphabet)) return Cost::unreadable;
  const long long log_n = little_endian_number(setting.substr(0, 1));
  const long long r = little_endian_number(setting.substr(1, 5));
  const long long p = little_endian_number(setting.substr(6, 5));
  if (log_n < 1 || r < 1 || p < 1) return Cost::unreadable;
  if (log_n > 21 || (r << log_n) > (1 << 21) || p > (1 << 23)) return Cost::too_much;
  return judge_work((r << log_n) * p, 1 << 15, 1 << 23);
}

std::string compute_crypt(std::string_view setting, std::string_view password) {
  if (password.size() > kLongestPassword) return "";
  const std::string terminated_setting(setting);
  std::string terminated(password);
  const auto work = std::make_unique<crypt_data>();
  errno = 0;
  const char* const hash = crypt_r(terminated.c_str(), terminated_setting.c_str(), work.get());
  // A right password must not count as a wrong one because the machine is short of memory.
  const bool starved = errno == ENOMEM;
  std::string computed = hash == nullptr || hash[0] == '*' ? "" : hash;
  sodium_memzero(terminated.data(), terminated.size());
  sodium_memzero(work.get(), sizeof *work);
  if (computed.empty() && starved) fail("libcrypt failed: no memory");
  return computed;
}

// bcrypt does not see what follows its 72nd byte: such a password would be another's twin. libcrypt clears the bits of
// the salt's last character that are no salt; some libraries drew them at random.
std::string compute_bcrypt(std::string_view setting, std::string_view password) {
  if (password.size() > kBcryptPassword) return "";
  const std::string computed = compute_crypt(setting, password);
  return computed.size() > setting.size() ? std::string(setting).append(computed, setting.size()) : "";
}

// WordPress 6.8, wp_hash_password(): bcrypt of base64(HMAC-SHA384("wp-sha384", password)), so any length will do.
std::string compute_wordpress_bcrypt(std::string_view setting, std::string_view password) {
  constexpr std::string_view kKey = "wp-sha384";
  std::array<unsigned char, 48> mac;
  if (!HMAC(EVP_sha384(), kKey.data(), static_cast<int>(kKey.size()), bytes(password), password.size(), mac.data(),
            nullptr)) {
    fail("HMAC-SHA384 failed");
  }
  std::array<char, 65> text;
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), mac.data(), static_cast<int>(mac.size()));
  std::string computed = compute_bcrypt(setting.substr(kWordPress.size()), {text.data(), text.size() - 1});
  sodium_memzero(text.data(), text.size());
  sodium_memzero(mac.data(), mac.size());
  return computed.empty() ? "" : std::string(kWordPress) + computed;
}

}  // namespace gatehouse::crypto::foreign
