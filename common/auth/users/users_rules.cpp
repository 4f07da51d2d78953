// SPDX-License-Identifier: Apache-2.0
#include "auth/users/users_rules.h"

#include <algorithm>

#include "auth/users/users.h"
#include "base/mail.h"
#include "base/text.h"

namespace gatehouse::words {
extern const std::string_view reserved_names;
}  // namespace gatehouse::words

namespace gatehouse::users {
namespace {

constexpr std::size_t kShortestUsername = 3;
constexpr std::size_t kLongestUsername = 50;

bool is_username_character(char c) { return is_alnum(c) || c == '_' || c == '-'; }

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

constinit const TextRule kUsername{
    .least = kShortestUsername,
    .most = kLongestUsername,
    .meaning = "letters, digits, '_' and '-'; unique and matched without case; left out: made from the email",
    .pattern = "^[A-Za-z0-9_-]+$",
    .check = check_username};

constinit const TextRule kEmail{
    .least = 3,
    .most = 254,
    .meaning =
        "an address as most mail servers accept it: unquoted local part of at most 64 characters, domain of at least "
        "two labels, in punycode; unique and matched without case",
    .check = check_email};

constinit const TextRule kFullName{
    .most = 100, .meaning = "as people write it; no control characters", .check = check_full_name};

constinit const TextRule kLanguage{.least = 2,
                                   .most = 2,
                                   .meaning = "in which mail is written to them; left out: as the installation has it",
                                   .pattern = "^(en|de|fr)$",
                                   .check = check_language};

constinit const TextRule kNewPassword{
    .least = 8,
    .most = 128,
    .meaning =
        "kept as typed. Below 15 characters: upper case, lower case, a digit and a special character. Never one of "
        "the commonest, nor one that contains the user name"};

std::string_view check_username(std::string_view username) {
  if (!std::all_of(username.begin(), username.end(), is_username_character)) {
    return "may have letters A-Z, digits, '_' and '-' only";
  }
  return "";
}

std::string_view check_email(std::string_view email) {
  if (email.size() > 254) return "must have at most 254 characters";
  if (!is_ascii(email)) return "must be ASCII; write the domain in punycode (xn--...)";
  return is_mail_address(email) ? "" : "must be an email address such as ann@example.com";
}

std::string_view check_full_name(std::string_view name) {
  const bool controls = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  });
  return controls ? "may not have control characters" : "";
}

std::string_view check_language(std::string_view language) {
  return is_language(language) ? "" : "must be one of en, de, fr";
}

std::string canonical_username(std::string_view username) { return to_lower(username); }
std::string canonical_email(std::string_view email) { return to_lower(email); }

bool is_reserved(std::string_view canonical_username) { return has_line(words::reserved_names, canonical_username); }

bool is_usable_username(std::string_view username) {
  return username.size() >= kShortestUsername && username.size() <= kLongestUsername &&
         check_username(username).empty() && !is_reserved(canonical_username(username));
}

std::string username_from_email(std::string_view email, std::string_view suffix) {
  std::string name(email.substr(0, std::min(email.find('@'), kLongestUsername - suffix.size())));
  for (char& c : name) {
    if (!is_username_character(c)) c = '-';
  }
  return name.append(suffix);
}

}  // namespace gatehouse::users
