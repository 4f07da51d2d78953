// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(Utf8, FollowsRfc3629) {
  const struct {
    std::string_view bytes;
    bool valid;
    const char* what;
  } cases[] = {
      {"", true, "nothing"},
      {"plain", true, "ASCII"},
      {"\xc3\xbc \xe2\x82\xac \xf0\x9f\x94\x91", true, "two, three and four bytes"},
      {"\xc2\x80", true, "the smallest of two bytes"},
      {"\xe0\xa0\x80", true, "the smallest of three"},
      {"\xf0\x90\x80\x80", true, "the smallest of four"},
      {"\xf4\x8f\xbf\xbf", true, "U+10FFFF"},
      {"\x80", false, "a continuation alone"},
      {"\xc3", false, "cut short"},
      {"\xe2\x82", false, "cut short"},
      {"\xf0\x9f\x94", false, "cut short"},
      {"\xc3(", false, "no continuation"},
      {"\xc0\x80", false, "NUL in two bytes"},
      {"\xc1\xbf", false, "overlong"},
      {"\xe0\x9f\xbf", false, "overlong"},
      {"\xf0\x8f\xbf\xbf", false, "overlong"},
      {"\xed\xa0\x80", false, "a high surrogate"},
      {"\xed\xbf\xbf", false, "a low surrogate"},
      {"\xf4\x90\x80\x80", false, "above U+10FFFF"},
      {"\xf5\x80\x80\x80", false, "above U+10FFFF"},
      {"\xff", false, "never a byte of UTF-8"},
  };
  for (const auto& c : cases) EXPECT_EQ(is_utf8(c.bytes), c.valid) << c.what;
}

TEST(Utf8, CountsCodePointsNotBytes) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("a\xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x91"), 4U);
}

TEST(Utf8, IsNeverCutThroughACodePoint) {
  const std::string_view text = "a\xf0\x9f\x94\x91z";
  const std::string_view expected[] = {"", "a", "a", "a", "a", text.substr(0, 5), text, text};
  for (std::size_t bytes = 0; bytes < std::size(expected); ++bytes) EXPECT_EQ(cut_utf8(text, bytes), expected[bytes]);
}

TEST(LowerCase, IsAsciiOnly) {
  EXPECT_EQ(to_lower("AZaz09\xc3\x9c"), "azaz09\xc3\x9c");
  EXPECT_TRUE(equal_ignoring_case("Bearer", "bEARER"));
  EXPECT_FALSE(equal_ignoring_case("Bearer", "Bearer "));
  EXPECT_FALSE(equal_ignoring_case("\xc3\x9c", "\xc3\xbc"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));  // 32 apart, as letters are, but none
}

TEST(Trim, TakesBlanksOffBothEnds) {
  EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(trim("\v"), "\v");
}

TEST(Split, GivesWhatStandsBetween) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(split("", ' '), Parts{});
  EXPECT_EQ(split("a", ' '), Parts{"a"});
  EXPECT_EQ(split("a bc", ' '), (Parts{"a", "bc"}));
  EXPECT_EQ(split("a,,b", ','), (Parts{"a", "", "b"}));
}

TEST(ParseInteger, TakesTheWholeStringOrNothing) {
  const struct {
    const char* text;
    std::optional<long long> value;
  } cases[] = {
      {"0", 0},
      {"-1", -1},
      {"007", 7},
      {"9223372036854775807", 9223372036854775807},
      {"9223372036854775808", {}},
      {"", {}},
      {"-", {}},
      {"+1", {}},
      {" 1", {}},
      {"1 ", {}},
      {"1\n", {}},
      {"1.0", {}},
      {"1e3", {}},
      {"0x10", {}},
  };
  for (const auto& c : cases) EXPECT_EQ(parse_integer(c.text), c.value) << c.text;
}

TEST(PercentDecode, RefusesBadEscapes) {
  for (const char* text : {"%", "%4", "a%", "%4g", "%g4", "%%41", "%+1", "% 1"}) {
    EXPECT_FALSE(percent_decode(text, true)) << text;
  }
}

TEST(PercentDecode, MakesASpaceOfPlusInFormsOnly) {
  EXPECT_EQ(percent_decode("a+b%2B%2b", true), "a b++");
  EXPECT_EQ(percent_decode("a+b%2B%2b", false), "a+b++");
  EXPECT_EQ(percent_decode("%41%e2%82%ac%00", false), std::string("A\xe2\x82\xac\0", 5));
  EXPECT_EQ(percent_decode("%2541", false), "%41");  // once, not twice
}

TEST(PercentEncode, LeavesOnlyWhatNeedsNoEscape) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  const std::string all("\0 %&=+/?#<>\"\xe2\x82\xac\x7f", 15);
  for (const char c : percent_encode(all)) EXPECT_TRUE(c == '%' || is_alnum(c)) << c;
  EXPECT_EQ(percent_decode(percent_encode(all), true), all);
}

TEST(EditDistance, CountsChangedCharacters) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("ISSUER", ""), 6U);
  EXPECT_EQ(edit_distance("ISUER", "ISSUER"), 1U);
  EXPECT_EQ(edit_distance("ISSEUR", "ISSUER"), 2U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

}  // namespace
}  // namespace gatehouse
