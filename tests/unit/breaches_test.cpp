// SPDX-License-Identifier: Apache-2.0
#include "auth/passwords/breaches.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "base/failure.h"

namespace gatehouse::passwords {
namespace {

class BreachList : public testing::Test {
 protected:
  BreachList() : file_(testing::TempDir() + "gatehouse-breaches-" + std::to_string(::getpid())) {}
  ~BreachList() override { std::filesystem::remove(file_); }

  static std::string word(std::size_t n) { return "word " + std::to_string(n); }

  void build(std::size_t words, std::size_t of_a_shard = 1'000'000) {
    std::vector<crypto::Sha1Digest> hashes;
    for (std::size_t n = 0; n < words; ++n) hashes.push_back(crypto::sha1(word(n)));
    std::sort(hashes.begin(), hashes.end());
    const std::string draft = file_ + ".new";
    BreachWriter writer(draft, of_a_shard);
    for (const auto& hash : hashes) ASSERT_TRUE(writer.add(hash));
    EXPECT_EQ(writer.finish(), words);
    std::filesystem::rename(draft, file_);
  }
  std::string content() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  bool is_refused(const std::string& bytes) const {
    std::ofstream(file_ + ".bad", std::ios::binary) << bytes;
    Breaches list(file_ + ".bad");
    try {
      list.contain(Secret("x"));
    } catch (const Misconfigured&) {
      std::filesystem::remove(file_ + ".bad");
      return true;
    }
    std::filesystem::remove(file_ + ".bad");
    return false;
  }

  std::string file_;
};

TEST_F(BreachList, KnowsEveryPasswordThatWasPutIn) {
  for (const std::size_t words : {1U, 2U, 3U, 10U, 100U, 5000U}) {
    build(words);
    Breaches list(file_);
    EXPECT_EQ(list.count(), words);
    for (std::size_t n = 0; n < words; ++n) ASSERT_TRUE(list.contain(Secret(word(n)))) << n << " of " << words;
  }
}

TEST_F(BreachList, TakesAlmostNothingElseForKnown) {
  build(3000);
  Breaches list(file_);
  int seeming = 0;
  for (std::size_t n = 3000; n < 53000; ++n) seeming += list.contain(Secret(word(n))) ? 1 : 0;
  EXPECT_EQ(seeming, 0);  // of fifty thousand; 0.003 are to be expected
}

TEST_F(BreachList, IsSpreadOverManyFiltersWhenItIsLong) {
  build(5050, 1000);
  Breaches list(file_);
  for (std::size_t n = 0; n < 5050; ++n) ASSERT_TRUE(list.contain(Secret(word(n)))) << n;
  for (std::size_t n = 5050; n < 6000; ++n) ASSERT_FALSE(list.contain(Secret(word(n)))) << n;
}

TEST_F(BreachList, OfNothingKnowsNothing) {
  build(0);
  Breaches list(file_);
  EXPECT_FALSE(list.contain(Secret("password")));
}

TEST_F(BreachList, IsTakenUpWhenAnotherTookItsPlace) {
  build(10);
  Breaches list(file_);
  EXPECT_FALSE(list.contain(Secret(word(15))));
  build(20);
  EXPECT_TRUE(list.contain(Secret(word(15))));
}

TEST_F(BreachList, IsNeverBelievedWhenItIsNotThereOrNotWhole) {
  build(100);
  const std::string whole = content();
  EXPECT_TRUE(is_refused(""));
  EXPECT_TRUE(is_refused("passwords\n"));
  for (std::size_t size = 0; size < whole.size(); ++size) ASSERT_TRUE(is_refused(whole.substr(0, size))) << size;
  EXPECT_FALSE(is_refused(whole));
  std::filesystem::remove(file_);
  EXPECT_THROW(Breaches(file_).contain(Secret("x")), Misconfigured);
}

// Wherever a byte is another one, it is refused or asked without reading outside it (which a sanitizer would see).
TEST_F(BreachList, WithAnyByteChangedReadsNothingOutside) {
  build(3);
  const std::string whole = content();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char flip : {char(1), char(0x80), char(0xff)}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      is_refused(changed);
    }
  }
}

TEST_F(BreachList, TakesHashesInAscendingOrderOnly) {
  BreachWriter writer(file_);
  crypto::Sha1Digest hash{};
  hash[0] = 2;
  EXPECT_TRUE(writer.add(hash));
  EXPECT_TRUE(writer.add(hash)) << "the same again";
  hash[0] = 1;
  EXPECT_FALSE(writer.add(hash));
}

// RFC 3174 section 7.3, TEST1.
TEST(Sha1, IsAsTheRfcSays) {
  EXPECT_EQ(to_hex(bytes_of(crypto::sha1("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

}  // namespace
}  // namespace gatehouse::passwords
