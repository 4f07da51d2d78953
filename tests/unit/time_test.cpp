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

TEST(UnixSeconds, NeverRoundUp) {
  EXPECT_EQ(to_unix_seconds(from_millis(1999)), 1);
  EXPECT_EQ(to_unix_seconds(from_millis(2000)), 2);
  EXPECT_EQ(to_unix_seconds(from_millis(-1)), -1);
  EXPECT_EQ(to_millis(from_unix_seconds(2)), 2000);
}

}  // namespace
}  // namespace gatehouse
