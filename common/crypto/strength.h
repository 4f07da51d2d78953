// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace gatehouse::crypto {

// How far a password is from those that are tried first, as zxcvbn counts it: 0 (a thousand guesses find it) to 4 (ten
// thousand million do not); `known` is a word that whoever guesses knows, such as the user's name. An estimate for the
// person who types, no measure of safety. nullopt in a static build, for which Debian has no such library.
std::optional<int> estimate_strength(std::string_view password, std::string_view known);

}  // namespace gatehouse::crypto
