// SPDX-License-Identifier: Apache-2.0
#include "auth/sweep/sweep.h"

#include <cstdio>

#include "command.h"

namespace gatehouse::tool {
namespace {

void sweep_tables(seconds budget) {
  SystemClock clock;
  crypto::SystemRandomness random;
  // With an account of its own, where `gatehouse accounts` has made it.
  Process process(load_config().settings, "sweep", keys::Power::verifies, clock, random, write_to_stderr);
  const sweep::Report report = sweep::sweep({.process = process, .now = clock.now()}, budget);
  for (const auto& [table, rows] : report.tables)
    std::printf("%s: %lld\n", table.c_str(), static_cast<long long>(rows));
  if (!report.is_finished) std::puts("the time is used up; what is left is for the next sweep");
}

}  // namespace

int sweep(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--seconds", "--seal"});
  const seconds budget = budget_of(given);
  sweep_tables(budget);
  if (given.option("--seal", "yes") == "no") return 0;
  // Last: where it can't be done, the tables are still swept.
  seal_audit_trail(budget);
  return 0;
}

}  // namespace gatehouse::tool
