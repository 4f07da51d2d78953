// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
inline bool is_alnum(char c) { return is_digit(c) || is_lower(c) || is_upper(c); }
inline char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// ASCII only: what is matched without case is ASCII by rule, so no locale and no Unicode table decides who is who.
std::string to_lower(std::string_view s);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// What follows the prefix, whatever its case: "Bearer x" and "bearer " -> "x"; nullopt where nothing does.
std::optional<std::string_view> after_ignoring_case(std::string_view s, std::string_view prefix);

std::string_view trim(std::string_view s);
// Whether `line` is one of "\none\ntwo\n".
bool has_line(std::string_view lines, std::string_view line);
// What stands between the separators; of nothing, nothing.
std::vector<std::string> split(std::string_view s, char separator);

// RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF.
bool is_utf8(std::string_view s);
// Of valid UTF-8.
std::size_t count_code_points(std::string_view s);
// At most `bytes` bytes, never through the middle of a code point.
std::string_view cut_utf8(std::string_view s, std::size_t bytes);

// The whole string or nothing: no sign but '-', no blanks, no overflow.
std::optional<long long> parse_integer(std::string_view s);

// `%41` and, in forms, `+`. nullopt on a bad escape.
std::optional<std::string> percent_decode(std::string_view s, bool plus_is_space);

// Of a query: all but letters, digits and "-._~" as `%41` (RFC 3986 section 2.3).
std::string percent_encode(std::string_view s);

// For a text or a quoted attribute.
std::string escape_html(std::string_view s);

// How far two short words are apart, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace gatehouse
