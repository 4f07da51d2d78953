// SPDX-License-Identifier: Apache-2.0
#include "crypto/seal.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/failure.h"
#include "crypto/random.h"

namespace gatehouse::crypto {
namespace {

const Secret& master_key() {
  static const Secret key(std::string(kMasterKeyBytes, 'k'));
  return key;
}

std::string sealed(std::string_view context, std::string_view plain) {
  SystemRandomness random;
  return seal(master_key(), context, Secret(plain), random);
}

TEST(Seal, OpensWithTheSameKeyAndContext) {
  for (const std::string& plain : {std::string(), std::string("x"), std::string(5000, '\0')}) {
    const auto opened = unseal(master_key(), "signing-key:1", sealed("signing-key:1", plain));
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->reveal(), plain);
  }
}

TEST(Seal, MovedToAnotherRowDoesNotOpen) {
  const std::string box = sealed("signing-key:1", "seed");
  for (const char* context : {"", "signing-key:2", "signing-key:", "signing-key:11", "totp:1"}) {
    EXPECT_FALSE(unseal(master_key(), context, box)) << context;
  }
}

TEST(Seal, UnderAnotherKeyDoesNotOpen) {
  EXPECT_FALSE(unseal(Secret(std::string(kMasterKeyBytes, 'K')), "c", sealed("c", "seed")));
}

TEST(Seal, OpensAtNoOtherLength) {
  const std::string box = sealed("c", "seed");
  for (std::size_t size = 0; size < box.size(); ++size) EXPECT_FALSE(unseal(master_key(), "c", box.substr(0, size)));
  EXPECT_FALSE(unseal(master_key(), "c", box + '\0'));
}

TEST(Seal, DoesNotOpenWithAnyBitFlipped) {
  std::string box = sealed("c", "seed");
  for (std::size_t bit = 0; bit < box.size() * 8; ++bit) {
    const auto mask = static_cast<char>(1 << (bit % 8));
    box[bit / 8] ^= mask;
    EXPECT_FALSE(unseal(master_key(), "c", box)) << "bit " << bit;
    box[bit / 8] ^= mask;
  }
  EXPECT_TRUE(unseal(master_key(), "c", box));
}

TEST(Seal, NeverMakesTheSameBoxTwice) { EXPECT_NE(sealed("c", "seed"), sealed("c", "seed")); }

class CountingRandomness final : public Randomness {
 public:
  void fill(std::span<unsigned char> out) override {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<unsigned char>(i);
  }
};

// Boxes in databases outlive releases: this one must open for ever.
TEST(Seal, KeepsItsFormat) {
  CountingRandomness random;
  const std::string box = seal(master_key(), "signing-key:1", Secret("seed"), random);
  EXPECT_EQ(to_hex(box), "01f4dab341e744000102030405060708090a0b0c0d0e0f10110c74fd193e654bf2684e272c34ca0ce4f3d28613");
}

// And this one, from before a box named its key.
TEST(Seal, OpensWhatIsOlderThanTheIdsOfKeys) {
  const auto box =
      from_hex("01000102030405060708090a0b0c0d0e0f1011121314151617a496a5e459b11b2a2bc89f645e2b024131212b1d");
  EXPECT_EQ(unseal(master_key(), "signing-key:1", *box)->reveal(), "seed");
}

TEST(Seal, NamesItsKeyWithoutTellingIt) {
  const std::string id = master_key_id(master_key());
  EXPECT_EQ(id.size(), kMasterKeyIdBytes);
  EXPECT_EQ(named_master_key(sealed("c", "seed")), id);
  EXPECT_NE(master_key_id(Secret(std::string(kMasterKeyBytes, 'K'))), id);
  EXPECT_EQ(named_master_key(""), "");
}

TEST(MasterKey, IsThirtyTwoBytesInBase64Url) {
  EXPECT_EQ(parse_master_key(Secret(to_base64url(std::string(32, 'k')))).reveal(), std::string(32, 'k'));
  for (const std::string& text : {std::string(), std::string(32, 'k'), to_base64url(std::string(31, 'k')),
                                  to_base64url(std::string(33, 'k')), to_base64url(std::string(32, 'k')) + "="}) {
    EXPECT_THROW(parse_master_key(Secret(text)), Misconfigured) << text;
  }
}

}  // namespace
}  // namespace gatehouse::crypto
