// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "auth/census/census.h"
#include "command.h"

namespace gatehouse::tool {

int user_recount(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  SystemClock clock;
  crypto::SystemRandomness random;
  Process process(load_config().settings, "gatehouse", keys::Power::verifies, clock, random, write_to_stderr);
  const Occasion occasion{.process = process, .now = clock.now(), .request_id = "gatehouse:user-recount"};
  census::recount(occasion);
  const census::Totals totals = census::read(occasion);
  for (const auto& [role, users] : totals.by_role) {
    std::printf("%-16s %lld\n", role.c_str(), static_cast<long long>(users));
  }
  std::printf("%lld active, %lld inactive\n", static_cast<long long>(totals.active),
              static_cast<long long>(totals.inactive));
  return 0;
}

}  // namespace gatehouse::tool
