// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "auth/guard/sites.h"

namespace gatehouse::guard {

// A path as a request has it: decoded once, slashes merged, dots removed. nullopt where it could be read in two ways:
// an encoded slash, a backslash, a control byte, what is not UTF-8, or dots that lead out of the root.
std::optional<Segments> segments_of(std::string_view path);

// All that the front server said of what is asked for.
struct Asked {
  std::string_view path;         // raw: REQUEST_URI up to '?'
  std::string_view rewritten{};  // raw: REDIRECT_URI of lighttpd up to '?'; "" where there is none
  std::string_view file{};       // SCRIPT_FILENAME of Apache; "" where it is not known
  std::string_view document_root{};
};

// Every name that this may go by further in: also without parameters (`;x`), up to an encoded '?' or '#', decoded a
// second time, as rewritten, and the file. nullopt: there is one that must not be. A verdict is taken on each.
std::optional<std::vector<Segments>> names_of(const Asked& asked);

}  // namespace gatehouse::guard
