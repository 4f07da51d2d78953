// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "crypto/sign.h"
#include "json/json.h"

namespace gatehouse::tool {

// A JSON Web Key Set. Throws CommandError for a file that is none.
json::Value read_key_set(const std::string& file);

// Of one of its members; nullopt where it is of a kind that is not verified here.
std::optional<crypto::VerifyingKey> verifying_key(const json::Value& jwk);

}  // namespace gatehouse::tool
