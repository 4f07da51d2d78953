// SPDX-License-Identifier: Apache-2.0
#include "crypto/password.h"

#include <sodium.h>

#include <algorithm>
#include <optional>

#include "base/failure.h"
#include "crypto/argon2_memory.h"
#include "crypto/foreign_hash.h"
#include "crypto/sodium.h"

namespace gatehouse::crypto {
namespace {

using foreign::Cost;

// More than this (3 s) is no hash of any product's, but a way to keep a process busy; unless this installation's own
// are as costly.
constexpr std::int64_t kMostArgon2KiB = std::int64_t{1} << 20;
constexpr std::int64_t kMostArgon2Work = std::int64_t{4} << 20;  // KiB times passes
constexpr std::int64_t kMostArgon2Lanes = 255;
// Less than this (1 ms) is as good as no hashing. It can't be wrapped: libsodium verifies argon2, but recomputes it for
// one lane only.
constexpr std::int64_t kLeastArgon2Work = 1024;

constexpr std::string_view kWrapped = "$wrapped$";
constexpr std::string_view kArgon2id = "$argon2id$";
constexpr std::size_t kLongestStored = 255;  // of gh_passwords.hash

std::size_t memory_bytes(Argon2Cost cost) { return static_cast<std::size_t>(cost.memory_kib) * 1024; }
unsigned long long passes(Argon2Cost cost) { return static_cast<unsigned long long>(cost.passes); }
std::int64_t work(Argon2Cost cost) { return cost.memory_kib * cost.passes; }

enum class Argon2Kind { i, id };

struct Argon2 {
  Argon2Kind kind;
  Argon2Cost cost;
};

// Of "$argon2id$v=19$m=19456,t=2,p=1$salt$digest", whole and well formed.
std::optional<Argon2> read_argon2(std::string_view stored) {
  if (!stored.starts_with("$argon2i")) return std::nullopt;
  const Argon2Kind kind = stored.starts_with(kArgon2id) ? Argon2Kind::id : Argon2Kind::i;
  stored.remove_prefix(1);
  const std::string_view name = foreign::take_field(stored, '$');
  if (name != "argon2i" && name != "argon2id") return std::nullopt;
  if (foreign::take_field(stored, '$') != "v=19") return std::nullopt;
  std::string_view cost = foreign::take_field(stored, '$');
  const std::int64_t memory = foreign::named_number(foreign::take_field(cost, ','), "m=");
  const std::int64_t count = foreign::named_number(foreign::take_field(cost, ','), "t=");
  const std::int64_t lanes = foreign::named_number(cost, "p=");
  // 2^32 as the format's own limit: no product of two overflows.
  constexpr std::int64_t kMost = 0xffffffff;
  if (lanes < 1 || lanes > kMostArgon2Lanes || memory < 8 * lanes || memory > kMost || count < 1 || count > kMost)
    return std::nullopt;
  const std::string_view salt = foreign::take_field(stored, '$');
  const auto salt_bytes = foreign::from_bare_base64(salt, '+');
  const auto digest = foreign::from_bare_base64(stored, '+');
  if (!salt_bytes || salt_bytes->size() < 8 || salt_bytes->size() > 64) return std::nullopt;
  // Whole words, so that one which lost its end is told from a shorter one.
  if (!digest || digest->size() < 16 || digest->size() > 64 || digest->size() % 4 != 0) return std::nullopt;
  return Argon2{kind, {.memory_kib = memory, .passes = count}};
}

bool is_bearable(Argon2Cost spent, Argon2Cost own) {
  return spent.memory_kib <= std::max(kMostArgon2KiB, own.memory_kib) &&
         spent.passes <= std::max(kMostArgon2Work, work(own)) / spent.memory_kib;
}

bool argon2_matches(Argon2Kind kind, const std::string& stored, std::string_view password) {
  const LentArgon2Memory memory;
  const auto verify = kind == Argon2Kind::id ? crypto_pwhash_argon2id_str_verify : crypto_pwhash_argon2i_str_verify;
  if (verify(stored.c_str(), password.data(), password.size()) == 0) return true;
  // A right password must not count as a wrong one because the machine is short of memory.
  if (memory.was_refused()) throw Failure("no memory for argon2");
  return false;
}

std::string argon2id(std::string_view text, Argon2Cost cost) {
  start_sodium();
  const LentArgon2Memory memory;
  char stored[crypto_pwhash_argon2id_STRBYTES];
  if (crypto_pwhash_argon2id_str(stored, text.data(), text.size(), passes(cost), memory_bytes(cost)) != 0) {
    throw Failure("argon2id failed: no memory, or a cost that it does not know");
  }
  return stored;
}

// Another product's hash: as it was, or wrapped. "$wrapped$" setting "$argon2id$v=19$…".
struct Foreign {
  const foreign::Kind* kind;
  std::string_view setting;  // empty: garbled
  std::string_view outer;    // the argon2id over the whole of it, when wrapped
  Cost cost;
};

std::optional<Foreign> read_foreign(std::string_view stored) {
  Foreign read{};
  const bool is_wrapped = stored.starts_with(kWrapped);
  if (is_wrapped) {
    stored.remove_prefix(kWrapped.size());
    const std::size_t end = stored.rfind(kArgon2id);
    if (end == std::string_view::npos) return std::nullopt;
    read.outer = stored.substr(end);
    stored = stored.substr(0, end);
  }
  read.kind = foreign::kind_of(stored);
  if (!read.kind) return std::nullopt;
  read.setting = is_wrapped ? stored : foreign::setting_of(*read.kind, stored);
  read.cost = read.setting.empty() ? Cost::unreadable : read.kind->judge(read.setting);
  return read;
}

bool foreign_matches(const Foreign& read, std::string_view stored, std::string_view password, Argon2Cost own) {
  std::optional<Argon2> outer;
  if (!read.outer.empty()) {
    outer = read_argon2(read.outer);
    if (!outer || !is_bearable(outer->cost, own)) return false;
  }
  // To HMAC, and so to PBKDF2 and scrypt, a password and the same with NULs behind it are one; libcrypt ends there.
  if (password.find('\0') != std::string_view::npos) return false;
  std::string computed = read.kind->compute(read.setting, password);
  // An empty one is a password that this kind can't take.
  const bool matches = !computed.empty() && (outer ? argon2_matches(outer->kind, std::string(read.outer), computed)
                                                   : equal_in_constant_time(computed, stored));
  sodium_memzero(computed.data(), computed.size());
  return matches;
}

}  // namespace

std::string hash_password(const Secret& password, Argon2Cost cost) { return argon2id(password.reveal(), cost); }

Match check_password(std::string_view stored, const Secret& password, Argon2Cost cost) {
  start_sodium();
  const std::string_view text = password.reveal();
  if (const auto read = read_argon2(stored); read && is_bearable(read->cost, cost)) {
    if (!argon2_matches(read->kind, std::string(stored), text)) return Match::no;
    const bool outdated =
        read->kind != Argon2Kind::id || read->cost.memory_kib < cost.memory_kib || read->cost.passes < cost.passes;
    return outdated ? Match::yes_but_outdated : Match::yes;
  }
  if (const auto read = read_foreign(stored); read && (read->cost == Cost::fast || read->cost == Cost::slow)) {
    if (foreign_matches(*read, stored, text, cost)) return Match::yes_but_outdated;
    if (read->cost == Cost::slow) return Match::no;
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

Appraisal appraise_hash(std::string_view stored, Argon2Cost own) {
  constexpr Appraisal kGarbled{Worth::refuse, "is cut off or garbled"};
  constexpr Appraisal kTooMuch{Worth::refuse, "would take too long to check"};
  if (stored.size() > kLongestStored) return {Worth::refuse, "is longer than 255 bytes"};
  const auto foreign = read_foreign(stored);
  if (foreign && foreign->cost == Cost::too_much) return kTooMuch;
  if (foreign && foreign->cost == Cost::unreadable) return kGarbled;
  const std::string_view outer = foreign ? foreign->outer : stored;
  if (foreign && outer.empty()) {
    if (foreign->cost == Cost::slow) return {Worth::keep, ""};
    const bool fits = kWrapped.size() + foreign->setting.size() + crypto_pwhash_argon2id_STRBYTES <= kLongestStored;
    return fits ? Appraisal{Worth::wrap, ""} : Appraisal{Worth::refuse, "has a salt too long to be wrapped"};
  }
  const auto argon2 = read_argon2(outer);
  if (argon2) {
    if (!is_bearable(argon2->cost, own)) return kTooMuch;
    const bool is_cheap = work(argon2->cost) < std::min(kLeastArgon2Work, work(own));
    return is_cheap ? Appraisal{Worth::refuse, "is of an argon2 too cheap to be kept"} : Appraisal{Worth::keep, ""};
  }
  if (foreign || outer.starts_with("$argon2i") || outer.starts_with(kWrapped)) return kGarbled;
  return {Worth::refuse, "is of no kind that is known here"};
}

std::string wrap_hash(std::string_view fast_hash, Argon2Cost cost) {
  const auto read = read_foreign(fast_hash);
  if (!read || read->cost != Cost::fast || !read->outer.empty()) bug("a hash that is not to be wrapped");
  return std::string(kWrapped).append(read->setting).append(argon2id(fast_hash, cost));
}

}  // namespace gatehouse::crypto
