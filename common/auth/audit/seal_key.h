// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/config.h"
#include "crypto/sign.h"

namespace gatehouse::audit {

// AUDIT_KEY_FILE; nullopt where there is no such file. Throws Misconfigured where there is one that can't be used.
std::optional<crypto::SigningKey> read_seal_key(const Settings& settings);

// Makes one, with mode 0400. False where there is one already: none is ever overwritten.
bool make_seal_key(const Settings& settings);

// The public half, as a JSON Web Key Set: what `audit verify --public-key` wants elsewhere.
std::string public_key_set(const crypto::SigningKey& key);

}  // namespace gatehouse::audit
