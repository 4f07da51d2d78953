// SPDX-License-Identifier: Apache-2.0
#include "auth/allowances/allowances.h"

#include <algorithm>

#include "support/world.h"

namespace gatehouse::test {
namespace {

class Allowances : public World {
 protected:
  Allowances() { add_user(); }

  std::string key_of(int requests_per_minute) {
    const std::string body = R"({"requests_per_minute":)" + std::to_string(requests_per_minute) + "}";
    const Answer answer = post("api_keys_generate", json_text(body).bearing(access_token()));
    EXPECT_EQ(answer.status, 200) << answer.body;
    sql("DELETE FROM gh_allowances");  // that of the user who makes keys
    return answer.text("api_key");
  }
  static Answer use(WebHead& head, const std::string& key) { return head.send("users_me", with_key(key).by("GET")); }
  Answer use(const std::string& key) { return use(head(), key); }
  // Until it is refused.
  static int use_up(WebHead& head, const std::string& key) {
    int granted = 0;
    while (use(head, key).status == 200) ++granted;
    return granted;
  }
  // By eight processes at once.
  int granted_at_once(const std::string& key, int calls, allowances::Draws draws) {
    const auto answers = in_parallel(
        {.calls = calls, .processes = 8, .warm = [&](WebHead& head) { head.process("users_me").draws = draws; }},
        [&](WebHead& head, int) { return use(head, key); });
    for (const Answer& answer : answers) EXPECT_TRUE(answer.status == 200 || answer.status == 429) << answer.body;
    return static_cast<int>(
        std::count_if(answers.begin(), answers.end(), [](const Answer& answer) { return answer.status == 200; }));
  }
  std::string drawn() { return value("SELECT SUM(drawn) FROM gh_allowances"); }
};

TEST_F(Allowances, ASmallOneIsDrawnOneByOneAndBindsExactly) {
  const std::string key = key_of(3);
  for (int left = 2; left >= 0; --left) {
    const Answer answer = use(key);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("X-RateLimit-Limit"), "3");
    EXPECT_EQ(answer.header("X-RateLimit-Remaining"), std::to_string(left));
    EXPECT_EQ(answer.header("X-RateLimit-Reset"), "60");
    EXPECT_EQ(answer.header("Retry-After"), "");
    EXPECT_EQ(drawn(), std::to_string(3 - left));
  }
  clock.advance(seconds(10));
  for (int i = 0; i < 2; ++i) {
    const Answer refused = use(key);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("X-RateLimit-Limit"), "3");
    EXPECT_EQ(refused.header("X-RateLimit-Remaining"), "0");
    EXPECT_EQ(refused.header("X-RateLimit-Reset"), "50");
    EXPECT_EQ(refused.header("Retry-After"), "50");
  }
  EXPECT_EQ(drawn(), "3");
}

TEST_F(Allowances, ARequestByTokenCountsForNoKey) {
  const std::string key = key_of(1);
  const std::string token = access_token();
  EXPECT_EQ(use(key).status, 200);
  EXPECT_EQ(use(key).status, 429);
  const Answer answer = get("users_me", bearer(token));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("X-RateLimit-Limit"), "");
}

TEST_F(Allowances, AWindowEndsForAll) {
  const std::string key = key_of(3);
  EXPECT_EQ(use_up(head(), key), 3);
  clock.advance(milliseconds(59'749));
  EXPECT_EQ(use(key).status, 429);
  EXPECT_EQ(use(key).header("Retry-After"), "1");
  clock.advance(milliseconds(1));
  EXPECT_EQ(use_up(head(), key), 3);
}

TEST_F(Allowances, WhatWasDrawnAndNotUsedIsNotCarriedIntoTheNextWindow) {
  const std::string key = key_of(100);
  EXPECT_EQ(use(key).status, 200);
  EXPECT_EQ(drawn(), "10");
  clock.advance(minutes(1));
  EXPECT_EQ(use_up(head(), key), 100);
}

TEST_F(Allowances, AClockSetBackGivesNothingTwice) {
  const std::string key = key_of(100);
  EXPECT_EQ(use_up(head(), key), 100);
  clock.advance(minutes(1));
  EXPECT_EQ(use(key).status, 200);
  clock.advance(-minutes(1));
  EXPECT_EQ(use(key).status, 429);
  clock.advance(minutes(1));
  EXPECT_LT(use_up(head(), key), 100);
}

TEST_F(Allowances, ABigOneIsDrawnInTenths) {
  const std::string key = key_of(100);
  for (int i = 0; i < 10; ++i) use(key);
  EXPECT_EQ(drawn(), "10");
  use(key);
  EXPECT_EQ(drawn(), "20");
  EXPECT_EQ(head().statements, (std::vector<std::string>{"api_keys.by_hash", "allowances.draw", "allowances.drawn"}));
}

TEST_F(Allowances, UnderCgiABigOneIsDrawnOneByOne) {
  const std::string key = key_of(100);
  head().process("users_me").draws = allowances::Draws::one_by_one;
  for (int i = 1; i <= 7; ++i) {
    use(key);
    EXPECT_EQ(drawn(), std::to_string(i));
  }
}

TEST_F(Allowances, WhereLessThanABlockIsLeftTheRestIsGivenToo) {
  const std::string key = key_of(29);  // fourteen blocks of two, and one
  EXPECT_EQ(use_up(head(), key), 29);
}

TEST_F(Allowances, AProcessThatHoldsABlockKeepsLessThanThatFromTheOthers) {
  const std::string key = key_of(100);
  WebHead other = another_head();
  EXPECT_EQ(use(other, key).status, 200);
  EXPECT_EQ(use_up(head(), key), 90);
  EXPECT_EQ(use_up(other, key), 9) << "what it held";
}

TEST_F(Allowances, EightProcessesAtOnceGrantNeverMoreAndHardlyLess) {
  const int granted = granted_at_once(key_of(100), 400, allowances::Draws::blocks);
  EXPECT_LE(granted, 100);
  EXPECT_GT(granted, 100 - 8 * 10);
  EXPECT_EQ(drawn(), "100");
}

TEST_F(Allowances, EightProcessesThatDrawOneByOneGrantExactlyTheLimit) {
  EXPECT_EQ(granted_at_once(key_of(100), 200, allowances::Draws::one_by_one), 100);
  EXPECT_EQ(granted_at_once(key_of(19), 60, allowances::Draws::blocks), 19) << "a small one";
}

TEST_F(Allowances, AFloodOfRefusalsIsOneRecordAndACount) {
  const std::string key = key_of(2);
  for (int i = 0; i < 7; ++i) use(key);
  EXPECT_EQ(audit(), "rate_limit_exceeded user=1 key address=10.0.0.1 \"users_me: too many requests\"\n");
  EXPECT_EQ(value("SELECT SUM(events) FROM gh_audit_counts WHERE event = 'rate_limit_exceeded'"), "5");
  clock.advance(minutes(1));
  for (int i = 0; i < 3; ++i) use(key);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'rate_limit_exceeded'"), "2");
}

TEST_F(Allowances, OfTwoKeysEachHasItsOwn) {
  const std::string one = key_of(2);
  const std::string other = api_key("ann", {{"name", "other"}});
  EXPECT_EQ(use_up(head(), one), 2);
  EXPECT_EQ(use(other).status, 200);
}

TEST_F(Allowances, APurseThatIsFullForgetsNoBlock) {
  const Occasion occasion = operators_occasion();
  const auto take = [&](int bucket) {
    return allowances::take(occasion, crypto::sha256(std::to_string(bucket)), 100, minutes(1));
  };
  for (int bucket = 0; bucket < 1100; ++bucket) EXPECT_TRUE(take(bucket).granted);
  EXPECT_EQ(drawn(), std::to_string(1024 * 10 + 76)) << "one by one where there is no room";
  for (int i = 1; i < 10; ++i) EXPECT_TRUE(take(0).granted);
  EXPECT_EQ(drawn(), std::to_string(1024 * 10 + 76));
  for (int i = 1; i < 100; ++i) EXPECT_TRUE(take(1099).granted) << i;
  EXPECT_FALSE(take(1099).granted);
}

TEST_F(Allowances, APurseHasRoomAgainWhenAWindowHasEnded) {
  const auto take = [&](int bucket) {
    return allowances::take(operators_occasion(), crypto::sha256(std::to_string(bucket)), 100, minutes(1));
  };
  for (int bucket = 0; bucket < 1024; ++bucket) take(bucket);
  clock.advance(minutes(1));
  sql("DELETE FROM gh_allowances");
  take(2000);
  EXPECT_EQ(drawn(), "10") << "a block";
}

}  // namespace
}  // namespace gatehouse::test
