// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "command.h"

namespace gatehouse::test {
namespace {

TEST(ReadmeConformance, ItsTableOfKeysIsWhatTheCommandPrints) {
  std::ifstream in(GATEHOUSE_SOURCE "/README.md");
  const std::string readme(std::istreambuf_iterator<char>(in), {});
  EXPECT_NE(readme.find(tool::config_table()), std::string::npos)
      << "put the output of `gatehouse config keys` into README.md";
}

}  // namespace
}  // namespace gatehouse::test
