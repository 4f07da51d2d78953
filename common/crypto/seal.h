// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/secret.h"

namespace gatehouse::crypto {

inline constexpr std::size_t kMasterKeyBytes = 32;

// Authenticated encryption with the master key (XChaCha20-Poly1305): version byte, nonce, ciphertext. `context` says
// what is sealed and for whom ("signing-key:KID"); a box moved to another row does not open. The nonce begins with the
// id of the key, so that a box says which one opens it; builds before that drew it whole, and open these too.
std::string seal(const Secret& master_key, std::string_view context, const Secret& plain, Randomness& random);
std::optional<Secret> unseal(const Secret& master_key, std::string_view context, std::string_view box);

// Of a master key, and of the one that a box names; a box from before there were ids names any.
inline constexpr std::size_t kMasterKeyIdBytes = 6;
std::string master_key_id(const Secret& master_key);
std::string_view named_master_key(std::string_view box);

// The master key as a line of its file holds it: 32 bytes in base64url. Throws Misconfigured for anything else.
Secret parse_master_key(const Secret& text);

}  // namespace gatehouse::crypto
