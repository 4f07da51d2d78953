// SPDX-License-Identifier: Apache-2.0
#include "support/commands.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "command.h"

namespace gatehouse::test {

Said run_command(const std::vector<std::string>& words, Config config) {
  const std::string file = installation().folder.path() + "/command.conf";
  std::ofstream out(file);
  for (const auto& [key, value] : config) out << key << " = " << value << '\n';
  out.close();
  ::chmod(file.c_str(), 0600);
  ::setenv("GATEHOUSE_CONFIG", file.c_str(), 1);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = tool::run(words);
  std::fflush(nullptr);
  ::unsetenv("GATEHOUSE_CONFIG");
  return {status, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

}  // namespace gatehouse::test
