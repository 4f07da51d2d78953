// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::tool {

// The whole of it. Throws CommandError.
std::string read_file(const std::string& file);

enum class Written { anew, as_it_was };

// Makes the folder; writes beside the file and renames, so that nobody reads half of it. Throws CommandError.
Written write_file(const std::string& file, std::string_view text);

}  // namespace gatehouse::tool
