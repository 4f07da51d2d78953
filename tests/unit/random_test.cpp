// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace gatehouse::crypto {
namespace {

TEST(SystemRandomness, FillsTheWholeOfWhatItIsGiven) {
  SystemRandomness random;
  std::set<std::string> drawn;
  for (int i = 0; i < 100; ++i) {
    unsigned char bytes[16] = {};
    random.fill(bytes);
    drawn.emplace(bytes, bytes + 16);
    drawn.emplace(bytes + 8, bytes + 16);
  }
  EXPECT_EQ(drawn.size(), 200U);
}

}  // namespace
}  // namespace gatehouse::crypto
