// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "command.h"

namespace gatehouse::tool {

std::string config_table() {
  std::string table = "| key | default | meaning |\n|---|---|---|\n";
  for (const config::Key& key : config::keys()) {
    const std::string fallback = key.fallback[0] == '\0' ? "" : "`" + std::string(key.fallback) + "`";
    table += "| `" + std::string(key.name) + "`" + (key.secret ? " (secret)" : "") + " | " + fallback + " | " +
             key.meaning + " |\n";
  }
  return table;
}

int config_keys(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  std::fputs(config_table().c_str(), stdout);
  return 0;
}

}  // namespace gatehouse::tool
