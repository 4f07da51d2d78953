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
  yes_but_outdated,  // bcrypt, or argon2id with less than `cost`: hash it anew while the password is at hand
};

// argon2id in the PHC string form, by libsodium.
std::string hash_password(const Secret& password, Argon2Cost cost);

// `stored` is $argon2id$… or, imported from elsewhere, $2a$, $2b$ or $2y$. bcrypt cuts silently at 72 bytes, so longer
// passwords never match there. An unreadable hash matches nothing.
Match check_password(std::string_view stored, const Secret& password, Argon2Cost cost);

// Same work as a check against a hash of this cost, for accounts that do not exist. Never matches.
void check_no_password(const Secret& password, Argon2Cost cost);

// Gives back the block that hashing keeps between calls; called when a process idles.
void release_password_memory();

}  // namespace gatehouse::crypto
