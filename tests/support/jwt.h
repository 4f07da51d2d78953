// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/sign.h"
#include "json/json.h"

namespace gatehouse::test {

// Tokens as somebody outside takes them apart and puts them together, with no code of ours that judges them.
json::Value header_of(std::string_view token);
json::Value claims_of(std::string_view token);

std::string to_text(const json::Value& value);

// `object` with one member put in place of its like ("exp": 5), or taken away where `json` is empty.
json::Value with_member(json::Value object, std::string_view name, std::string_view json);

// header.claims.signature
std::string join_token(std::string_view header, std::string_view claims, std::string_view signature);
std::string sign_token(const crypto::SigningKey& key, std::string_view header, std::string_view claims);

}  // namespace gatehouse::test
