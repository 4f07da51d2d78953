// SPDX-License-Identifier: Apache-2.0
#include "auth/passwords/passwords_rules.h"

#include <algorithm>

#include "base/text.h"

namespace gatehouse::words {
extern const std::string_view common_passwords;
}  // namespace gatehouse::words

namespace gatehouse::passwords {
namespace {

constexpr std::size_t kShortestUsername = 3;
constexpr std::size_t kPassphraseLength = 15;  // from here on length does what character classes do below

}  // namespace

std::string_view check_new(std::string_view password, std::string_view username) {
  const std::string lower = to_lower(password);
  if (has_line(words::common_passwords, lower)) return "is one of the commonest passwords";
  // A name shorter than any (made from a short local part) would forbid a letter.
  if (username.size() >= kShortestUsername && lower.find(to_lower(username)) != std::string::npos)
    return "must not contain the user name";
  if (count_code_points(password) >= kPassphraseLength) return "";

  const bool upper = std::any_of(password.begin(), password.end(), is_upper);
  const bool small = std::any_of(password.begin(), password.end(), is_lower);
  const bool digit = std::any_of(password.begin(), password.end(), is_digit);
  const bool special = !std::all_of(password.begin(), password.end(), is_alnum);
  if (!upper) return "needs an upper-case letter, or 15 characters";
  if (!small) return "needs a lower-case letter, or 15 characters";
  if (!digit) return "needs a digit, or 15 characters";
  if (!special) return "needs a special character, or 15 characters";
  return "";
}

}  // namespace gatehouse::passwords
