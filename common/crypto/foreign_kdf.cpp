// SPDX-License-Identifier: Apache-2.0
// PBKDF2 and scrypt, as passlib and Django write them.
#include <algorithm>
#include <optional>

#include "crypto/bytes.h"
#include "crypto/foreign_hash.h"
#include "crypto/openssl.h"

namespace gatehouse::crypto::foreign {
namespace {

constexpr int kScryptUnits = 1 << 23;                  // N·r·p
constexpr int kScryptBlocks = 1 << 21;                 // N·r, of 128 bytes each
constexpr std::uint64_t kScryptMemory = 300ULL << 20;  // those and what OpenSSL needs besides

std::string to_padded_base64(std::string_view bytes) {
  std::string text = to_bare_base64(bytes, '+');
  return text.append((4 - text.size() % 4) % 4, '=');
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

struct Pbkdf2 {
  bool sha512 = false;
  long long rounds = -1;
  std::string_view salt{};
};

// "$pbkdf2-sha256$29000$salt$" or "pbkdf2_sha256$29000$salt$".
Pbkdf2 read_pbkdf2(std::string_view setting) {
  if (setting.starts_with('$')) setting.remove_prefix(1);
  Pbkdf2 read{.sha512 = take_field(setting, '$').ends_with("512")};
  read.rounds = plain_number(take_field(setting, '$'));
  if (!setting.ends_with('$')) return {};
  read.salt = take_field(setting, '$');
  return setting.empty() ? read : Pbkdf2{};
}

Cost judge_rounds(const Pbkdf2& read) {
  if (read.rounds < 1) return Cost::unreadable;
  return judge_work(read.rounds, read.sha512 ? 20'000 : 40'000, 5'000'000);
}

std::string pbkdf2(const Pbkdf2& read, std::string_view salt, std::string_view password) {
  std::string key(read.sha512 ? 64 : 32, '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes(salt), static_cast<int>(salt.size()),
                        static_cast<int>(read.rounds), read.sha512 ? EVP_sha512() : EVP_sha256(),
                        static_cast<int>(key.size()), bytes(key)) != 1) {
    fail("PBKDF2 failed");
  }
  return key;
}

struct Scrypt {
  long long n = -1;
  long long r = -1;
  long long p = -1;
  std::string_view salt{};
};

// "$scrypt$ln=16,r=8,p=1$salt$"
Scrypt read_passlib_scrypt(std::string_view setting) {
  setting.remove_prefix(8);
  std::string_view cost = take_field(setting, '$');
  if (!setting.ends_with('$')) return {};
  const long long log_n = named_number(take_field(cost, ','), "ln=");
  Scrypt read{.n = log_n < 1 || log_n > 40 ? -1 : 1LL << log_n};
  read.r = named_number(take_field(cost, ','), "r=");
  read.p = named_number(cost, "p=");
  read.salt = take_field(setting, '$');
  return setting.empty() ? read : Scrypt{};
}

// "scrypt$16384$salt$8$5$"
Scrypt read_django_scrypt(std::string_view setting) {
  setting.remove_prefix(7);
  if (!setting.ends_with('$')) return {};
  Scrypt read{.n = plain_number(take_field(setting, '$'))};
  read.salt = take_field(setting, '$');
  read.r = plain_number(take_field(setting, '$'));
  read.p = plain_number(take_field(setting, '$'));
  return setting.empty() ? read : Scrypt{};
}

Cost judge_scrypt(const Scrypt& read) {
  const bool is_power = read.n > 1 && (read.n & (read.n - 1)) == 0;
  if (!is_power || read.r < 1 || read.p < 1) return Cost::unreadable;
  if (read.n > kScryptBlocks || read.r > kScryptBlocks / read.n || read.p > kScryptUnits) return Cost::too_much;
  return judge_work(read.n * read.r * read.p, 1 << 15, kScryptUnits);
}

std::string scrypt(const Scrypt& read, std::string_view salt, std::size_t size, std::string_view password) {
  std::string key(size, '\0');
  if (EVP_PBE_scrypt(password.data(), password.size(), bytes(salt), salt.size(), static_cast<std::uint64_t>(read.n),
                     static_cast<std::uint64_t>(read.r), static_cast<std::uint64_t>(read.p), kScryptMemory, bytes(key),
                     key.size()) != 1) {
    // A right password must not count as a wrong one because the machine is short of memory.
    fail("scrypt failed: no memory");
  }
  return key;
}

}  // namespace

Cost judge_passlib_pbkdf2(std::string_view setting) {
  const Pbkdf2 read = read_pbkdf2(setting);
  return !read.salt.empty() && from_bare_base64(read.salt, '.') ? judge_rounds(read) : Cost::unreadable;
}

Cost judge_django_pbkdf2(std::string_view setting) {
  const Pbkdf2 read = read_pbkdf2(setting);
  return !read.salt.empty() && is_printable(read.salt) ? judge_rounds(read) : Cost::unreadable;
}

Cost judge_passlib_scrypt(std::string_view setting) {
  const Scrypt read = read_passlib_scrypt(setting);
  return !read.salt.empty() && from_bare_base64(read.salt, '+') ? judge_scrypt(read) : Cost::unreadable;
}

Cost judge_django_scrypt(std::string_view setting) {
  const Scrypt read = read_django_scrypt(setting);
  return !read.salt.empty() && is_printable(read.salt) ? judge_scrypt(read) : Cost::unreadable;
}

std::string compute_passlib_pbkdf2(std::string_view setting, std::string_view password) {
  const Pbkdf2 read = read_pbkdf2(setting);
  const std::string salt = from_bare_base64(read.salt, '.').value_or("");
  return std::string(setting) + to_bare_base64(pbkdf2(read, salt, password), '.');
}

std::string compute_django_pbkdf2(std::string_view setting, std::string_view password) {
  const Pbkdf2 read = read_pbkdf2(setting);
  return std::string(setting) + to_padded_base64(pbkdf2(read, read.salt, password));
}

std::string compute_passlib_scrypt(std::string_view setting, std::string_view password) {
  const Scrypt read = read_passlib_scrypt(setting);
  const std::string salt = from_bare_base64(read.salt, '+').value_or("");
  return std::string(setting) + to_bare_base64(scrypt(read, salt, 32, password), '+');
}

std::string compute_django_scrypt(std::string_view setting, std::string_view password) {
  const Scrypt read = read_django_scrypt(setting);
  return std::string(setting) + to_padded_base64(scrypt(read, read.salt, 64, password));
}

}  // namespace gatehouse::crypto::foreign
