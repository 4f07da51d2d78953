// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "auth/api_keys/api_keys.h"

namespace gatehouse {

// What an endpoint answers that has set another password.
struct PasswordSet {
  std::string detail;
  std::vector<api_keys::Kept> api_keys;
};

inline constexpr json::ShapeOf<PasswordSet> kPasswordSet{
    "PasswordSet", json::field<&PasswordSet::detail>("detail"),
    json::objects<&PasswordSet::api_keys, api_keys::kKept>("api_keys")};

inline constexpr const char* kEndApiKeys =
    "true: the account's API keys end, too; left out: they go on, and are listed";

}  // namespace gatehouse
