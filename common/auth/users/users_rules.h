// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::users {

// Each answers "" or what is wrong, in words for the person who typed.
std::string_view check_username(std::string_view username);
std::string_view check_email(std::string_view email);
std::string_view check_full_name(std::string_view name);
std::string_view check_language(std::string_view language);

// What two spellings of one name or address have in common. Both are ASCII by rule.
std::string canonical_username(std::string_view username);
std::string canonical_email(std::string_view email);

bool is_reserved(std::string_view canonical_username);

// A user name from an email's local part: what is not allowed becomes '-'; too short or reserved gets the suffix.
std::string username_from_email(std::string_view email, std::string_view suffix);
bool is_usable_username(std::string_view username);

}  // namespace gatehouse::users
