// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace gatehouse::crypto {

struct Argon2Cost {
  std::int64_t memory_kib;
  std::int64_t passes;
};

// Of a stored hash and a typed password.
enum class Match {
  no,
  yes,
  yes_but_outdated,  // another product's, or argon2id with less than `cost`: hash it anew while the password is at hand
};

// argon2id in the PHC string form, by libsodium.
std::string hash_password(const Secret& password, Argon2Cost cost);

// `stored` is $argon2id$… or another product's (foreign_hash.cpp lists the kinds), as it was or wrapped. bcrypt cuts
// silently at 72 bytes, so longer passwords never match there. A hash that is unreadable, or would take too long,
// matches nothing.
Match check_password(std::string_view stored, const Secret& password, Argon2Cost cost);

// Same work as a check against a hash of this cost, for accounts that do not exist. Never matches.
void check_no_password(const Secret& password, Argon2Cost cost);

// What to do with a hash that comes from elsewhere, in an installation that hashes at `own` cost.
enum class Worth { keep, wrap, refuse };
struct Appraisal {
  Worth worth;
  const char* why;  // refused: "is of no kind that is known here"
};
Appraisal appraise_hash(std::string_view stored, Argon2Cost own);

// argon2id over a hash that is fast or unsalted, for one whose worth is `wrap`: what is stored can be checked, and
// guessed at, only at the cost of both.
std::string wrap_hash(std::string_view fast_hash, Argon2Cost cost);

// Gives back the block that hashing keeps between calls; called when a process idles.
void release_password_memory();

}  // namespace gatehouse::crypto
