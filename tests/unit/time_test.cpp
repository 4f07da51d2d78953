// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(Rfc3339, WritesMillisecondsAndZ) {
  const struct {
    std::int64_t millis;
    const char* text;
  } cases[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {1769850300250, "2026-01-31T09:05:00.250Z"},
      {951782400000, "2000-02-29T00:00:00.000Z"},     // a leap year after all
      {-1, "1969-12-31T23:59:59.999Z"},               // rounds down, not towards zero
      {253402300799999, "9999-12-31T23:59:59.999Z"},  // the last year that has four digits
  };
  for (const auto& c : cases) EXPECT_EQ(to_rfc3339(from_millis(c.millis)), c.text);
}

TEST(Rfc3339, ReadsWhatItWritesAndFewerDigits) {
  for (const std::int64_t millis : {0LL, 1769850300250LL, 951782400000LL, -1LL, 253402300799999LL}) {
    EXPECT_EQ(from_rfc3339(to_rfc3339(from_millis(millis))), from_millis(millis));
  }
  EXPECT_EQ(from_rfc3339("2026-01-31T09:05:00Z"), from_millis(1769850300000));
  EXPECT_EQ(from_rfc3339("2026-01-31T09:05:00.2Z"), from_millis(1769850300200));
  EXPECT_EQ(from_rfc3339("2026-01-31T09:05:00.25Z"), from_millis(1769850300250));
  for (const char* text : {"",
                           "Z",
                           "2026-01-31",
                           "2026-01-31T09:05:00",
                           "2026-01-31T09:05Z",
                           "2026-01-31 09:05:00Z",
                           "2026-02-29T09:05:00Z",
                           "2026-13-01T09:05:00Z",
                           "2026-00-01T09:05:00Z",
                           "2026-01-00T09:05:00Z",
                           "2026-01-31T24:00:00Z",
                           "2026-01-31T09:60:00Z",
                           "2026-01-31T09:05:60Z",
                           "2026-01-31T09:05:00.Z",
                           "2026-01-31T09:05:00.1234Z",
                           "2026-01-31T09:05:00+00:00",
                           "2026-01-31T09:05:00z",
                           "2026-01-31t09:05:00Z",
                           "-026-01-31T09:05:00Z",
                           "2026-01-31T09:05:00.-1Z",
                           "2026-01-31T09:05:00ZZ",
                           "2026-01-31T09:05:00Z ",
                           "2026-1-31T09:05:000Z"}) {
    EXPECT_FALSE(from_rfc3339(text)) << text;
  }
}

TEST(UnixSeconds, NeverRoundUp) {
  EXPECT_EQ(to_unix_seconds(from_millis(1999)), 1);
  EXPECT_EQ(to_unix_seconds(from_millis(2000)), 2);
  EXPECT_EQ(to_unix_seconds(from_millis(-1)), -1);
  EXPECT_EQ(to_millis(from_unix_seconds(2)), 2000);
}

}  // namespace
}  // namespace gatehouse
