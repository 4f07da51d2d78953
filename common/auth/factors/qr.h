// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

// QR codes (ISO/IEC 18004), as much of them as an otpauth URI needs: bytes, error correction M.
namespace gatehouse::factors {

// Rows of modules, true is dark, without the quiet zone; empty where the text is longer than kMostQrBytes.
using Qr = std::vector<std::vector<bool>>;
inline constexpr std::size_t kMostQrBytes = 666;
Qr qr_of(std::string_view text);

// A picture of it with its quiet zone, a path of one unit a module: sharp at any size, and without script or style.
std::string svg_of(const Qr& qr);

}  // namespace gatehouse::factors
