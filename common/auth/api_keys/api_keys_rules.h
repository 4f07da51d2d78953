// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/secret.h"

namespace gatehouse::api_keys {

// "gh_", 43 characters of [0-9A-Za-z] for 256 random bits, and 6 that are a checksum over all before them: whoever
// finds such a text in a log or a repository can tell that it is a key (common/FORMATS.md).
Secret draw_key(Randomness& random);
bool is_key(std::string_view text);

// What a list may show of it.
std::string_view prefix_of(std::string_view key);

}  // namespace gatehouse::api_keys
