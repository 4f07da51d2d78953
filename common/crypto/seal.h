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
// what is sealed and for whom ("signing-key:KID"); a box moved to another row does not open.
std::string seal(const Secret& master_key, std::string_view context, const Secret& plain, Randomness& random);
std::optional<Secret> unseal(const Secret& master_key, std::string_view context, std::string_view box);

// The master key as its file holds it: 32 bytes in base64url. Throws Misconfigured for anything else.
Secret parse_master_key(const Secret& text);

}  // namespace gatehouse::crypto
