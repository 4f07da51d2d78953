// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "auth/transfer/transfer.h"
#include "command.h"

namespace gatehouse::tool {

int user_export(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--hashes"});
  const std::string hashes = given.option("--hashes", "no");
  if (!given.words().empty() || (hashes != "yes" && hashes != "no")) {
    throw CommandError("takes no more than --hashes yes");
  }
  SystemClock clock;
  crypto::SystemRandomness random;
  Process process(load_config().settings, "gatehouse", keys::Power::verifies, clock, random, write_to_stderr);
  const Occasion occasion{.process = process, .now = clock.now(), .request_id = "gatehouse:user-export"};
  transfer::export_users(occasion, hashes == "yes" ? transfer::Hashes::included : transfer::Hashes::left_out,
                         [](std::string_view line) {
                           std::fwrite(line.data(), 1, line.size(), stdout);
                           std::fputc('\n', stdout);
                           // Half a list must not be taken for a whole one.
                           if (std::ferror(stdout) != 0) throw CommandError("the list can't be written");
                         });
  if (std::fflush(stdout) != 0) throw CommandError("the list can't be written");
  return 0;
}

}  // namespace gatehouse::tool
