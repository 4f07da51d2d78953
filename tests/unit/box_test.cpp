// SPDX-License-Identifier: Apache-2.0
#include "crypto/box.h"

#include <gtest/gtest.h>

namespace gatehouse::crypto {
namespace {

TEST(Box, OnlyThePrivateHalfOpensWhatThePublicHalfSealed) {
  const BoxKey key = generate_box_key();
  const std::string box = seal_to(key.public_half, Secret("token"));
  EXPECT_EQ(box.find("token"), std::string::npos);
  const auto plain = open_box(key.private_half, box);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->reveal(), "token");
  EXPECT_FALSE(open_box(generate_box_key().private_half, box));
}

TEST(Box, ThePublicHalfIsFoundFromThePrivateOne) {
  const BoxKey key = generate_box_key();
  EXPECT_EQ(public_half_of(key.private_half), key.public_half);
}

TEST(Box, NothingThatWasChangedOpens) {
  const BoxKey key = generate_box_key();
  const std::string box = seal_to(key.public_half, Secret("token"));
  for (std::size_t at = 0; at < box.size(); ++at) {
    std::string changed = box;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(open_box(key.private_half, changed)) << at;
  }
  for (std::size_t size = 0; size < box.size(); ++size) EXPECT_FALSE(open_box(key.private_half, box.substr(0, size)));
}

}  // namespace
}  // namespace gatehouse::crypto
