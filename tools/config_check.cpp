// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "command.h"

namespace gatehouse::tool {

int config_check(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  const config::Loaded loaded = load_config(given.words().empty() ? std::nullopt : std::optional(given.words()[0]));
  for (const std::string& unknown : loaded.warnings) std::fprintf(stderr, "%s\n", unknown.c_str());
  if (!loaded.warnings.empty()) return 1;
  std::puts("the configuration is good");
  return 0;
}

}  // namespace gatehouse::tool
