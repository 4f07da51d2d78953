// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse {

// Binary values travel as std::string; a fixed-size one is viewed as bytes by this.
template <std::size_t N>
std::string_view bytes_of(const std::array<unsigned char, N>& a) {
  return {reinterpret_cast<const char*>(a.data()), N};
}

// RFC 4648 section 5, without padding.
std::string to_base64url(std::string_view bytes);

// Strict: no padding, no other alphabet, no stray bits in the last character, so that a value has exactly one spelling.
std::optional<std::string> from_base64url(std::string_view text);

// RFC 4648 section 6, without padding: what people and their devices can type.
std::string to_base32(std::string_view bytes);

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

}  // namespace gatehouse
