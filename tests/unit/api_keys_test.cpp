// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <set>

#include "auth/api_keys/api_keys_rules.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/random.h"

namespace gatehouse::api_keys {
namespace {

// 00 01 02 …
class Counting final : public Randomness {
 public:
  void fill(std::span<unsigned char> out) override { std::iota(out.begin(), out.end(), static_cast<unsigned char>(0)); }
};

struct Golden {
  std::string key;
  std::string hash;
};
Golden golden() {
  Golden golden;
  std::ifstream in(GATEHOUSE_SOURCE "/tests/golden/api_key.txt");
  std::getline(in, golden.key);
  std::getline(in, golden.hash);
  return golden;
}

TEST(ApiKeyFormat, IsThatOfTheGoldenKey) {
  Counting counting;
  EXPECT_EQ(draw_key(counting).reveal(), golden().key);
  EXPECT_TRUE(is_key(golden().key));
  EXPECT_EQ(to_hex(bytes_of(crypto::labelled_sha256("api key", golden().key))), golden().hash);
  EXPECT_EQ(prefix_of(golden().key), golden().key.substr(0, 9));
}

TEST(ApiKeyFormat, EveryKeyIsOneAndNoTwoAreTheSame) {
  crypto::SystemRandomness random;
  std::set<std::string> keys;
  for (int i = 0; i < 200; ++i) {
    const Secret key = draw_key(random);
    EXPECT_TRUE(is_key(key.reveal())) << key.reveal();
    EXPECT_EQ(key.reveal().size(), 52U);
    EXPECT_TRUE(keys.emplace(key.reveal()).second);
  }
}

TEST(ApiKeyFormat, OneCharacterMistypedIsNoKey) {
  const std::string key = golden().key;
  for (std::size_t i = 0; i < key.size(); ++i) {
    for (const char other : {'0', 'z', 'A', '_', ' ', '\0'}) {
      if (key[i] == other) continue;
      std::string typed = key;
      typed[i] = other;
      EXPECT_FALSE(is_key(typed)) << typed;
    }
  }
}

TEST(ApiKeyFormat, TwoCharactersExchangedAreNoKey) {
  const std::string key = golden().key;
  for (std::size_t i = 1; i < key.size(); ++i) {
    std::string typed = key;
    std::swap(typed[i - 1], typed[i]);
    EXPECT_TRUE(typed == key || !is_key(typed)) << typed;
  }
}

TEST(ApiKeyFormat, NothingLongerShorterOrElseIsAKey) {
  const std::string key = golden().key;
  for (const std::string& other :
       {std::string(), std::string("gh_"), key + "0", key + "\n", " " + key, key.substr(0, key.size() - 1),
        key.substr(3), "GH_" + key.substr(3), std::string(52, '0'), std::string(100000, 'a')}) {
    EXPECT_FALSE(is_key(other)) << other.substr(0, 60);
  }
}

}  // namespace
}  // namespace gatehouse::api_keys
