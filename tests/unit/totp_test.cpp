// SPDX-License-Identifier: Apache-2.0
#include "auth/factors/totp.h"

#include <gtest/gtest.h>

#include "auth/factors/qr.h"
#include "base/encoding.h"

namespace gatehouse::factors {
namespace {

Time at(std::int64_t unix_seconds) { return from_millis(unix_seconds * 1000); }

// RFC 6238 appendix B, the last six of its eight digits.
TEST(Totp, MakesTheCodesOfTheStandard) {
  constexpr std::string_view kSeed = "12345678901234567890";
  struct Vector {
    std::int64_t time;
    const char* code;
  };
  const Vector vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                            {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
  for (const Vector& vector : vectors) EXPECT_EQ(code_at(kSeed, step_at(at(vector.time))), vector.code) << vector.time;
}

TEST(Totp, TakesACodeOneStepAroundAndNoOther) {
  const std::string seed = "abcdefghijklmnopqrst";
  const Time now = at(3'000'000);
  const std::int64_t step = step_at(now);
  for (std::int64_t each = step - 3; each <= step + 3; ++each) {
    const auto taken = step_of(seed, code_at(seed, each), now, 0);
    EXPECT_EQ(taken.has_value(), each >= step - 1 && each <= step + 1) << each - step;
    EXPECT_EQ(taken.value_or(each), each);
  }
}

TEST(Totp, AStepBeginsAndEndsToTheSecond) {
  const std::string seed = "abcdefghijklmnopqrst";
  const std::int64_t begin = 3'000'000;
  const std::int64_t step = step_at(at(begin));
  EXPECT_EQ(step_at(from_millis(begin * 1000 - 1)), step - 1);
  EXPECT_EQ(step_at(from_millis(begin * 1000 + 29'999)), step);
  EXPECT_EQ(step_at(at(begin + 30)), step + 1);
  const std::string code = code_at(seed, step);
  EXPECT_FALSE(step_of(seed, code, from_millis((begin - 30) * 1000 - 1), 0));
  EXPECT_TRUE(step_of(seed, code, at(begin - 30), 0));
  EXPECT_TRUE(step_of(seed, code, from_millis((begin + 60) * 1000 - 1), 0));
  EXPECT_FALSE(step_of(seed, code, at(begin + 60), 0));
}

TEST(Totp, AStepThatWasUsedAndAllBeforeItAreOver) {
  const std::string seed = "abcdefghijklmnopqrst";
  const Time now = at(3'000'000);
  const std::int64_t step = step_at(now);
  for (std::int64_t last = step - 2; last <= step + 1; ++last) {
    for (std::int64_t each = step - 1; each <= step + 1; ++each) {
      EXPECT_EQ(step_of(seed, code_at(seed, each), now, last).has_value(), each > last);
    }
  }
}

TEST(Totp, ACodeHasOneSpelling) {
  const std::string seed = "abcdefghijklmnopqrst";
  const Time now = at(3'000'000);
  const std::string code = code_at(seed, step_at(now));
  ASSERT_TRUE(step_of(seed, code, now, 0));
  for (const std::string& other :
       {" " + code, code + " ", code + "\n", code.substr(0, 3) + " " + code.substr(3), "0" + code, code.substr(1),
        std::string(), "+" + code.substr(1), std::string("\xd9\xa1\xd9\xa2\xd9\xa3"), code + std::string(1, '\0')}) {
    EXPECT_FALSE(step_of(seed, other, now, 0)) << other;
  }
}

TEST(Totp, NamesAreEscapedInTheUri) {
  EXPECT_EQ(otpauth_uri("My & Co: Ü", "ann@example.com", "ABC"),
            "otpauth://totp/My%20%26%20Co%3A%20%C3%9C:ann%40example.com?secret=ABC&issuer=My%20%26%20Co%3A%20%C3%9C"
            "&algorithm=SHA1&digits=6&period=30");
}

TEST(RecoveryCodes, AreShownInGroupsAndReadInAnyCaseWithOrWithoutDashes) {
  const std::string shown = shown_recovery_code(std::string("\x00\x44\x32\x14\xc7\x42\x54\xb6\x35\xcf", 10));
  EXPECT_EQ(shown, "ABCD-EFGH-IJKL-MNOP");
  for (const char* typed : {"ABCD-EFGH-IJKL-MNOP", "abcdefghijklmnop", "AbCd-eFGHIJKL-MNOP-", "a-b-c-defghijklmnop"}) {
    EXPECT_EQ(canonical_recovery_code(typed), "ABCDEFGHIJKLMNOP") << typed;
  }
  for (const char* other : {"", "ABCDEFGHIJKLMNO", "ABCDEFGHIJKLMNOPA", "ABCD EFGH IJKL MNOP", "ABCDEFGHIJKLMN0P",
                            "ABCDEFGHIJKLMN1P", "123456", "ABCDEFGHIJKLMNO\xc3\x9f"}) {
    EXPECT_EQ(canonical_recovery_code(other), std::nullopt) << other;
  }
}

TEST(Base32, IsWhatTheStandardShows) {
  EXPECT_EQ(to_base32(""), "");
  EXPECT_EQ(to_base32("f"), "MY");
  EXPECT_EQ(to_base32("foob"), "MZXW6YQ");
  EXPECT_EQ(to_base32("foobar"), "MZXW6YTBOI");
}

TEST(QrCode, TooMuchIsNoneAndThePictureHasAQuietZone) {
  EXPECT_TRUE(qr_of(std::string(kMostQrBytes + 1, 'a')).empty());
  EXPECT_EQ(qr_of(std::string(kMostQrBytes, 'a')).size(), 97U);
  EXPECT_EQ(qr_of("a").size(), 21U);
  EXPECT_TRUE(svg_of(qr_of("a")).starts_with(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29")"));
  EXPECT_EQ(svg_of({}), "");
}

}  // namespace
}  // namespace gatehouse::factors
