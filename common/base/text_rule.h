// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace gatehouse {

// What a text must be. `check` judges what bounds can't; it answers "" or what is wrong. `pattern` says the same as a
// regular expression, for the API description, where one can say it.
struct TextRule {
  std::size_t least = 0;  // code points
  std::size_t most = 0;
  const char* meaning = "";
  const char* pattern = "";
  std::string_view (*check)(std::string_view) = nullptr;
};

}  // namespace gatehouse
