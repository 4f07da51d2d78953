// SPDX-License-Identifier: Apache-2.0
#include "auth/users/users_rules.h"

#include <algorithm>

#include "auth/users/users.h"
#include "base/text.h"

namespace gatehouse::words {
extern const std::string_view reserved_names;
}  // namespace gatehouse::words

namespace gatehouse::users {
namespace {

constexpr std::size_t kShortestUsername = 3;
constexpr std::size_t kLongestUsername = 50;
constexpr std::size_t kLongestLocalPart = 64;  // RFC 5321 section 4.5.3.1.1

bool is_username_character(char c) { return is_alnum(c) || c == '_' || c == '-'; }

// `atext` of RFC 5321 and the dot: no quotes, no comments, no blanks.
bool is_local_part(std::string_view part) {
  constexpr std::string_view kOthers = "!#$%&'*+-/=?^_`{|}~.";
  return !part.empty() && part.size() <= kLongestLocalPart && part.front() != '.' && part.back() != '.' &&
         part.find("..") == std::string_view::npos && std::all_of(part.begin(), part.end(), [&](char c) {
           return is_alnum(c) || kOthers.find(c) != std::string_view::npos;
         });
}

bool is_domain_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

// At least two labels, the last not all digits: a name that mail can be sent to, not an address literal.
bool is_domain(std::string_view domain) {
  std::size_t labels = 0;
  std::string_view last;
  while (!domain.empty()) {
    const std::size_t end = std::min(domain.find('.'), domain.size());
    last = domain.substr(0, end);
    if (!is_domain_label(last)) return false;
    ++labels;
    if (end + 1 == domain.size()) return false;  // a final dot
    domain.remove_prefix(std::min(end + 1, domain.size()));
  }
  return labels >= 2 && !std::all_of(last.begin(), last.end(), is_digit);
}

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
  const auto at = email.find('@');
  if (at == std::string_view::npos || !is_local_part(email.substr(0, at)) || !is_domain(email.substr(at + 1))) {
    return "must be an email address such as ann@example.com";
  }
  return "";
}

std::string_view check_full_name(std::string_view name) {
  const bool controls = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  });
  return controls ? "may not have control characters" : "";
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
