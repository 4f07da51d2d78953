// SPDX-License-Identifier: Apache-2.0
#include "auth/sweep/sweep.h"

#include <cstdio>

#include "base/text.h"
#include "command.h"

namespace gatehouse::tool {

int sweep(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--seconds"});
  const auto budget = parse_integer(given.option("--seconds", "300"));
  if (!budget || *budget < 1 || *budget > 24 * 3600) throw CommandError("--seconds must be from 1 to 86400");
  config::Loaded loaded = load_config();
  SystemClock clock;
  crypto::SystemRandomness random;
  // With an account of its own, where `gatehouse accounts` has made it.
  Process process(std::move(loaded.settings), "sweep", keys::Power::verifies, clock, random, write_to_stderr);
  const sweep::Report report = sweep::sweep({.process = process, .now = clock.now()}, seconds(*budget));
  for (const auto& [table, rows] : report.tables)
    std::printf("%s: %lld\n", table.c_str(), static_cast<long long>(rows));
  if (!report.is_finished) std::puts("the time is used up; what is left is for the next sweep");
  return 0;
}

}  // namespace gatehouse::tool
