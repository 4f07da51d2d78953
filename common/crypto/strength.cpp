// SPDX-License-Identifier: Apache-2.0
#include "crypto/strength.h"

#include <algorithm>
#include <cstring>
#include <string>

#ifndef GATEHOUSE_STATIC
#include <zxcvbn.h>
#endif

namespace gatehouse::crypto {

#ifdef GATEHOUSE_STATIC
std::optional<int> estimate_strength(std::string_view, std::string_view) { return std::nullopt; }
#else
std::optional<int> estimate_strength(std::string_view password, std::string_view known) {
  // Its time grows with the cube of the length; nobody guesses beyond this.
  constexpr std::size_t kMost = 64;
  std::string text(password.substr(0, kMost));
  std::string name(known);
  const char* names[] = {name.c_str(), nullptr};
  const double bits = ZxcvbnMatch(text.c_str(), names, nullptr);
  explicit_bzero(text.data(), text.size());
  constexpr double kBits[] = {9.97, 19.93, 26.58, 33.22};  // 10^3, 10^6, 10^8 and 10^10 guesses
  return static_cast<int>(std::upper_bound(std::begin(kBits), std::end(kBits), bits) - std::begin(kBits));
}
#endif

}  // namespace gatehouse::crypto
