// SPDX-License-Identifier: Apache-2.0
#include "base/rate.h"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(Rate, IsReadAsItIsWritten) {
  const struct {
    const char* text;
    std::int64_t requests;
    seconds period;
  } cases[] = {{"5/minute", 5, minutes(1)},
               {"3/hour", 3, hours(1)},
               {"1/second", 1, seconds(1)},
               {"1000000/day", 1'000'000, days(1)}};
  for (const auto& c : cases) {
    const auto rate = parse_rate(c.text);
    ASSERT_TRUE(rate) << c.text;
    EXPECT_EQ(rate->requests, c.requests);
    EXPECT_EQ(rate->period, c.period);
    EXPECT_EQ(to_text(*rate), c.text);
  }
}

TEST(Rate, IsNothingElse) {
  for (const char* text : {"", "5", "/", "5/", "/minute", "0/minute", "-1/minute", "1000001/minute", "5/minutes",
                           "5/week", "5 /minute", "5/ minute", "5/minute ", "+5/minute", "5.5/minute", "5/Minute",
                           "5/minute/hour", "99999999999999999999/day", "off"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
  }
}

TEST(Rate, EveryLimitHasADefaultThatIsOneAndAWordOfItsOwn) {
  for (std::size_t i = 0; i < kLimits; ++i) {
    const LimitWords& words = kLimitWords.at(i);
    EXPECT_EQ(static_cast<std::size_t>(words.limit), i);
    EXPECT_TRUE(parse_rate(words.fallback)) << words.key;
    EXPECT_EQ(limit_named(words.word), words.limit);
    EXPECT_EQ(word_of(words.limit), words.word);
  }
  EXPECT_EQ(limit_named(word_of(Limit::uncounted)), Limit::uncounted);
  EXPECT_EQ(limit_named("of another build"), std::nullopt);
}

}  // namespace
}  // namespace gatehouse
