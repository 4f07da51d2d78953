// SPDX-License-Identifier: Apache-2.0
#include "base/ids.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace gatehouse {
namespace {

class CountingRandomness final : public Randomness {
 public:
  void fill(std::span<unsigned char> out) override {
    for (unsigned char& byte : out) byte = next_++;
  }

 private:
  unsigned char next_ = 0;
};

TEST(RandomId, IsTwentyTwoCharactersOnTheWire) {
  CountingRandomness random;
  const auto id = SessionId::draw(random);
  EXPECT_EQ(id.text(), "AAECAwQFBgcICQoLDA0ODw");
  EXPECT_EQ(SessionId::from_text(id.text()), id);
  EXPECT_EQ(SessionId::from_bytes(id.raw()), id);
  EXPECT_NE(SessionId::draw(random), id);
}

TEST(RandomId, RefusesWhatIsNotSixteenBytes) {
  for (const char* text : {"", "AAECAwQFBgcICQoLDA0O", "AAECAwQFBgcICQoLDA0ODxA",
                           "AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0ODx", "AAECAwQFBgcICQoLDA0OD!"}) {
    EXPECT_FALSE(SessionId::from_text(text)) << text;
  }
  EXPECT_FALSE(SessionId::from_bytes("fifteen bytes.."));
  EXPECT_FALSE(SessionId::from_bytes("seventeen bytes.."));
}

TEST(RandomId, OfASessionIsNoTokens) {
  EXPECT_FALSE((std::is_convertible_v<SessionId, TokenId>));
  EXPECT_FALSE((std::is_constructible_v<TokenId, SessionId>));
}

}  // namespace
}  // namespace gatehouse
