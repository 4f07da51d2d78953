// SPDX-License-Identifier: Apache-2.0
#include "auth/sweep/sweep.h"

#include <cstdio>

#include "base/text.h"
#include "command.h"

namespace gatehouse::tool {

int sweep(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--seconds"});
  const auto budget = parse_integer(given.option("--seconds", "30"));
  if (!budget || *budget < 1) throw CommandError("--seconds must be a whole number");
  config::Loaded loaded = load_config();
  SystemClock clock;
  crypto::SystemRandomness random;
  Process process(std::move(loaded.settings), "gatehouse", keys::Power::verifies, clock, random, write_to_stderr);
  for (const auto& [table, rows] : sweep::sweep({.process = process, .now = clock.now()}, seconds(*budget))) {
    std::printf("%s: %lld\n", table.c_str(), static_cast<long long>(rows));
  }
  return 0;
}

}  // namespace gatehouse::tool
