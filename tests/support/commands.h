// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "support/web_head.h"

namespace gatehouse::test {

// What `gatehouse WORDS…` did, with this configuration in its file.
struct Said {
  int status;
  std::string out;
  std::string err;
};
Said run_command(const std::vector<std::string>& words, Config config = basic_config());

}  // namespace gatehouse::test
