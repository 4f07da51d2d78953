// SPDX-License-Identifier: Apache-2.0
#include "crypto/password.h"

#include <crypt.h>
#include <sodium.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "base/failure.h"
#include "base/text.h"
#include "crypto/argon2_memory.h"
#include "crypto/sodium.h"

namespace gatehouse::crypto {
namespace {

// More than this is no hash of ours or of any product's, but a way to keep a process busy: bcrypt at 16 takes 6 s.
constexpr long long kMostArgon2KiB = 4 * 1024 * 1024;
constexpr long long kMostArgon2Passes = 100;
constexpr long long kMostBcryptCost = 16;

constexpr std::size_t kBcryptBytes = 60;
constexpr std::size_t kBcryptPasswordBytes = 72;

std::size_t memory_bytes(Argon2Cost cost) { return static_cast<std::size_t>(cost.memory_kib) * 1024; }
unsigned long long passes(Argon2Cost cost) { return static_cast<unsigned long long>(cost.passes); }

// Of "$argon2id$v=19$m=19456,t=2,p=1$salt$hash"; whether the rest is well formed, libsodium says.
std::optional<Argon2Cost> argon2_cost(const std::string& stored) {
  if (stored.find('\0') != std::string::npos) return std::nullopt;
  long long memory = 0;
  long long count = 0;
  if (std::sscanf(stored.c_str(), "$argon2id$v=19$m=%10lld,t=%10lld,p=", &memory, &count) != 2) return std::nullopt;
  if (memory < 1 || memory > kMostArgon2KiB || count < 1 || count > kMostArgon2Passes) return std::nullopt;
  return Argon2Cost{memory, count};
}

bool argon2_matches(const std::string& stored, std::string_view password) {
  const LentArgon2Memory memory;
  if (crypto_pwhash_argon2id_str_verify(stored.c_str(), password.data(), password.size()) == 0) return true;
  // A right password must not count as a wrong one because the machine is short of memory.
  if (memory.was_refused()) throw Failure("no memory for argon2id");
  return false;
}

bool is_readable_bcrypt(std::string_view stored) {
  if (stored.size() != kBcryptBytes || stored[6] != '$') return false;
  if (!stored.starts_with("$2a$") && !stored.starts_with("$2b$") && !stored.starts_with("$2y$")) return false;
  const auto cost = parse_integer(stored.substr(4, 2));
  return cost && *cost <= kMostBcryptCost;
}

// bcrypt sees neither what follows a NUL nor what follows its 72nd byte: such a password would be another's twin.
bool is_whole_to_bcrypt(std::string_view password) {
  return password.size() <= kBcryptPasswordBytes && password.find('\0') == std::string_view::npos;
}

bool bcrypt_matches(const std::string& stored, std::string_view password) {
  std::string terminated(password);
  const auto work = std::make_unique<crypt_data>();
  const char* const hash = crypt_r(terminated.c_str(), stored.c_str(), work.get());
  const bool matches = hash != nullptr && equal_in_constant_time(hash, stored);
  sodium_memzero(terminated.data(), terminated.size());
  sodium_memzero(work.get(), sizeof *work);
  return matches;
}

}  // namespace

std::string hash_password(const Secret& password, Argon2Cost cost) {
  start_sodium();
  const LentArgon2Memory memory;
  char stored[crypto_pwhash_argon2id_STRBYTES];
  const std::string_view text = password.reveal();
  if (crypto_pwhash_argon2id_str(stored, text.data(), text.size(), passes(cost), memory_bytes(cost)) != 0) {
    throw Failure("argon2id failed: no memory, or a cost that it does not know");
  }
  return stored;
}

Match check_password(std::string_view stored, const Secret& password, Argon2Cost cost) {
  start_sodium();
  const std::string terminated(stored);
  const std::string_view text = password.reveal();
  if (const auto spent = argon2_cost(terminated)) {
    if (!argon2_matches(terminated, text)) return Match::no;
    const bool outdated = spent->memory_kib < cost.memory_kib || spent->passes < cost.passes;
    return outdated ? Match::yes_but_outdated : Match::yes;
  }
  if (is_readable_bcrypt(stored) && is_whole_to_bcrypt(text)) {
    return bcrypt_matches(terminated, text) ? Match::yes_but_outdated : Match::no;
  }
  // A quick no would tell which accounts have a hash of this kind.
  check_no_password(password, cost);
  return Match::no;
}

void check_no_password(const Secret& password, Argon2Cost cost) {
  start_sodium();
  const LentArgon2Memory memory;
  const unsigned char salt[crypto_pwhash_argon2id_SALTBYTES] = {};
  unsigned char hash[32];
  const std::string_view text = password.reveal();
  if (crypto_pwhash_argon2id(hash, sizeof hash, text.data(), text.size(), salt, passes(cost), memory_bytes(cost),
                             crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
    throw Failure("argon2id failed: no memory, or a cost that it does not know");
  }
  sodium_memzero(hash, sizeof hash);
}

}  // namespace gatehouse::crypto
