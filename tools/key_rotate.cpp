// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "command.h"

namespace gatehouse::tool {

int key_rotate(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--if-none"});
  const config::Loaded loaded = load_config();
  if (given.option("--if-none")) {
    db::Admin admin(admin_target(loaded.settings));
    if (loaded.settings.algorithm == "HS256" || !admin.query("SELECT 1 FROM gh_signing_keys LIMIT 1").empty()) {
      std::puts("there is a signing key already");
      return 0;
    }
  }
  db::Database database(admin_target(loaded.settings));
  crypto::SystemRandomness random;
  const std::string kid = keys::rotate(database, loaded.settings, random, SystemClock().now());
  std::printf("signing key %s, %s\n", kid.c_str(), loaded.settings.algorithm.c_str());
  return 0;
}

}  // namespace gatehouse::tool
