// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(Base64Url, MatchesTheVectorsOfRfc4648) {
  const struct {
    std::string bytes;
    std::string text;
  } cases[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(to_base64url(c.bytes), c.text);
    EXPECT_EQ(from_base64url(c.text), c.bytes) << c.text;
  }
}

TEST(Base64Url, CarriesEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const std::string bytes = all.substr(all.size() - size);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
}

TEST(Base64Url, RefusesStrayBitsInTheLastCharacter) {
  for (const char* text : {"Zh", "Z_", "Zm9", "Zm-"}) EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(Base64Url, RefusesPaddingAndOtherAlphabets) {
  for (const char* text :
       {"Zg==", "Zg=", "Zm8=", "+/+/", "Zm 9v", "Zm9v\n", "Z", "Zm9vY", "A", "Zm9vA", "Z\xc3\xbc=", "Zm9."}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
  EXPECT_FALSE(from_base64url(std::string_view("Zm9v\0\0", 6)));
}

TEST(Hex, GoesBothWays) {
  EXPECT_EQ(to_hex(std::string_view("\x00\x7f\xff", 3)), "007fff");
  EXPECT_EQ(from_hex("007fff"), std::string("\x00\x7f\xff", 3));
  EXPECT_EQ(from_hex(""), "");
}

TEST(Hex, HasOneSpelling) {
  for (const char* text : {"0", "000", "FF", "0g", "0x", " 0"}) EXPECT_FALSE(from_hex(text)) << text;
}

}  // namespace
}  // namespace gatehouse
