// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "support/proxy.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

// RATE_LIMIT_STORE = mysql: dispatch counts.
class Rates : public World {
 protected:
  Rates() { set("RATE_LIMIT_STORE", "mysql"); }

  static Call guess() { return form({{"username", "nobody"}, {"password", "Wrong-Horse-1"}}); }
  Answer guess_from(const std::string& address) { return post("auth_token", guess().from(address)); }
  static Answer look(WebHead& head) { return head.send("root", Call{}.by("GET")); }
  Answer look() { return look(head()); }
  // Until it is refused.
  static int use_up(WebHead& head) {
    int granted = 0;
    while (look(head).status == 200) ++granted;
    return granted;
  }
  int draws() const {
    return static_cast<int>(std::count(head_statements.begin(), head_statements.end(), "rates.draw"));
  }
  void record() {
    head().on_statement = [&](const std::string&, const std::string& statement) {
      head_statements.push_back(statement);
    };
  }
  // Slots that were drawn from, and what was drawn.
  std::string slots() { return value("SELECT COUNT(*) FROM gh_rate_slots WHERE slot > 0"); }
  std::string used() { return value("SELECT COALESCE(SUM(used), 0) FROM gh_rate_slots WHERE slot > 0"); }

  std::vector<std::string> head_statements;
};

TEST_F(Rates, TheSixthLoginOfAMinuteIsRefusedAtWhicheverUrl) {
  for (int left = 4; left >= 0; --left) {
    const bool token = left % 2 == 0;
    const Answer answer =
        token ? post("auth_token", guess())
              : post("auth_login", json_object({{"username", "nobody"}, {"password", "Wrong-Horse-1"}}));
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.header("X-RateLimit-Limit"), "5");
    EXPECT_EQ(answer.header("X-RateLimit-Remaining"), std::to_string(left));
    EXPECT_EQ(answer.header("X-RateLimit-Reset"), "60");
  }
  changes();
  for (const char* endpoint : {"auth_token", "auth_login", "auth_token"}) {
    const Answer refused = post(endpoint, std::string_view(endpoint) == "auth_token"
                                              ? guess()
                                              : json_object({{"username", "a"}, {"password", "b"}}));
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("Retry-After"), "60");
  }
  EXPECT_EQ(changes(), "nothing") << "no guess was counted, nobody's account was looked at";
  EXPECT_NE(head().log.find(R"("address":"10.0.0.1","limit":"login")"), std::string::npos);
  EXPECT_EQ(guess_from("10.0.0.2").status, 401);
  EXPECT_EQ(look().status, 200) << "another class";
  clock.advance(milliseconds(59'749));
  EXPECT_EQ(guess_from("10.0.0.1").status, 429);
  clock.advance(milliseconds(1));
  EXPECT_EQ(guess_from("10.0.0.1").status, 401);
}

TEST_F(Rates, WhatIsKnownToBeOverIsRefusedWithoutAStatement) {
  for (int i = 0; i < 5; ++i) guess_from("10.0.0.1");
  EXPECT_EQ(guess_from("10.0.0.1").status, 429);
  EXPECT_TRUE(head().statements.empty());
  WebHead other = another_head();
  EXPECT_EQ(other.send("auth_token", guess().by("POST")).status, 429);
  EXPECT_FALSE(other.statements.empty()) << "another process asks";
  EXPECT_EQ(other.send("auth_token", guess().by("POST")).status, 429);
  EXPECT_TRUE(other.statements.empty()) << "once";
  EXPECT_EQ(used(), "5");
}

TEST_F(Rates, AnIpv6CustomerIsOneAddressAndMappedIpv4IsIpv4) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guess_from("2001:db8:1:2::" + std::to_string(i)).status, 401);
  EXPECT_EQ(guess_from("2001:db8:1:2:ffff:ffff:ffff:ffff").status, 429);
  EXPECT_EQ(guess_from("2001:db8:1:3::").status, 401);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guess_from(i % 2 == 0 ? "10.0.0.9" : "::ffff:10.0.0.9").status, 401);
  EXPECT_EQ(guess_from("::ffff:10.0.0.9").status, 429);
  EXPECT_EQ(guess_from("::ffff:10.0.0.8").status, 401);
}

TEST_F(Rates, ExemptNetworksAreNotCounted) {
  set("RATE_LIMIT_EXEMPT", "10.0.0.0/24, 2001:db8::/32");
  for (const char* address : {"10.0.0.7", "::ffff:10.0.0.7", "2001:db8:1::1"}) {
    for (int i = 0; i < 7; ++i) {
      const Answer answer = guess_from(address);
      EXPECT_EQ(answer.status, 401);
      EXPECT_EQ(answer.header("X-RateLimit-Limit"), "");
    }
  }
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_rate_slots"), "0");
  guess_from("10.0.1.7");
  EXPECT_EQ(slots(), "1");
}

TEST_F(Rates, WhereTheFrontServerCountsNothingIsTouched) {
  set("RATE_LIMIT_STORE", "server");
  record();
  for (int i = 0; i < 7; ++i) EXPECT_EQ(guess_from("10.0.0.1").status, 401);
  EXPECT_EQ(draws(), 0);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_rate_slots"), "0");
  look();
  EXPECT_TRUE(head().statements.empty());
}

TEST_F(Rates, WhatHasNoLimitOfItsOwnSharesOneForEachAddress) {
  record();
  EXPECT_EQ(use_up(head()), 100);
  EXPECT_EQ(get("well_known_jwks").status, 429);
  EXPECT_EQ(used(), "100");
  EXPECT_EQ(slots(), "1");
  EXPECT_LT(draws(), 30) << "blocks grow with what is asked for";
}

TEST_F(Rates, AProcessThatIsAskedOnceTakesOnlyOne) {
  EXPECT_EQ(look().header("X-RateLimit-Remaining"), "99");
  EXPECT_EQ(used(), "1");
  EXPECT_EQ(get("well_known_jwks").header("X-RateLimit-Remaining"), "98");
  EXPECT_EQ(used(), "2");
}

TEST_F(Rates, UnderCgiEachIsDrawnByItself) {
  head().process("root").draws = allowances::Draws::one_by_one;
  for (int i = 1; i <= 30; ++i) look();
  EXPECT_EQ(used(), "30");
}

TEST_F(Rates, EightProcessesAtOnceNeverGrantMoreAndHardlyLess) {
  for (const auto draws : {allowances::Draws::blocks, allowances::Draws::one_by_one}) {
    clock.advance(minutes(1));
    const auto answers =
        in_parallel({.calls = 300, .processes = 8, .warm = [&](WebHead& head) { head.process("root").draws = draws; }},
                    [](WebHead& head, int) { return look(head); });
    for (const Answer& answer : answers) EXPECT_TRUE(answer.status == 200 || answer.status == 429) << answer.body;
    const auto granted =
        std::count_if(answers.begin(), answers.end(), [](const Answer& answer) { return answer.status == 200; });
    EXPECT_LE(granted, 100);
    EXPECT_GT(granted, draws == allowances::Draws::blocks ? 75 : 99);
    EXPECT_EQ(slots(), draws == allowances::Draws::blocks ? "1" : "2");
  }
}

TEST_F(Rates, EightProcessesAtOnceGrantFiveLogins) {
  const auto answers = in_parallel({.calls = 40, .processes = 8},
                                   [](WebHead& head, int) { return head.send("auth_token", guess().by("POST")); });
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const Answer& answer) { return answer.status == 401; }),
            5);
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const Answer& answer) { return answer.status == 429; }),
            35);
}

TEST_F(Rates, ALooserRateActsAtOnce) {
  set("LOGIN_RATE_LIMIT", "1/day");
  EXPECT_EQ(guess_from("10.0.0.1").status, 401);
  EXPECT_EQ(guess_from("10.0.0.1").status, 429);
  set("LOGIN_RATE_LIMIT", "2/minute");
  EXPECT_EQ(guess_from("10.0.0.1").status, 401);
}

TEST_F(Rates, ASlotOfAnEarlierWindowBeginsAnew) {
  sql("INSERT INTO gh_rate_slots SELECT seq, 60000, 1000 FROM seq_65537_to_131072");  // every slot of logins
  EXPECT_EQ(guess_from("10.0.0.1").header("X-RateLimit-Remaining"), "4");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(guess_from("10.0.0.1").status, 401);
  EXPECT_EQ(guess_from("10.0.0.1").status, 429);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_rate_slots WHERE slot > 0"), "65536");
  EXPECT_EQ(value("SELECT used FROM gh_rate_slots WHERE slot > 0 AND window_ends_at > 60000"), "5");
}

TEST_F(Rates, AnotherInstallationsSlotsAreOthers) {
  guess_from("10.0.0.1");
  const std::string slot = value("SELECT slot FROM gh_rate_slots WHERE slot > 0");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_rate_slots WHERE slot = 0 AND used > 0 AND window_ends_at > 0"), "1");
  sql("UPDATE gh_rate_slots SET used = used + 1 WHERE slot = 0");
  set("LOGIN_RATE_LIMIT", "5/minute");  // a process that has not read the salt yet
  guess_from("10.0.0.1");
  EXPECT_EQ(slots(), "2") << "the same address and window, and not slot " << slot;
}

TEST_F(Rates, WithoutADatabaseNothingIsServedButWhatLoadBalancersAsk) {
  set("DATABASE_URL", Proxy::url_of(installation().folder.path() + "/nobody.sock"));
  const Answer answer = look();
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.header("Retry-After"), "");
  EXPECT_EQ(get("health").status, 200);
  EXPECT_EQ(get("health_live").status, 200);
}

TEST_F(Rates, TheNarrowerAllowanceOfAKeyIsWhatItsClientIsTold) {
  add_user();
  const std::string key = api_key("ann", {});
  const Answer answer = get("users_me", with_key(key));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("X-RateLimit-Limit"), "60");
}

using Forwarding = World;

TEST_F(Forwarding, ByAProxyThatNobodyListedIsToldOfOnceAnHour) {
  const auto warned = [&] {
    head().log.clear();
    get("health", Call{}.with("X-Forwarded-For", "192.0.2.1"));
    return head().log.find("TRUSTED_PROXIES is empty") != std::string::npos;
  };
  get("health");
  EXPECT_EQ(head().log, "");
  EXPECT_TRUE(warned());
  EXPECT_NE(head().log.find(R"("level":"warning")"), std::string::npos);
  EXPECT_FALSE(warned());
  clock.advance(minutes(59));
  EXPECT_FALSE(warned());
  clock.advance(minutes(1));
  EXPECT_TRUE(warned());
  set("TRUSTED_PROXIES", "10.0.0.0/8");
  EXPECT_FALSE(warned());
}

TEST_F(Forwarding, DecidesNothing) {
  set("RATE_LIMIT_STORE", "mysql");
  for (int i = 0; i < 6; ++i) {
    const Answer answer = post("auth_token", form({{"username", "nobody"}, {"password", "Wrong-Horse-1"}})
                                                 .with("X-Forwarded-For", "192.0.2." + std::to_string(i)));
    EXPECT_EQ(answer.status, i < 5 ? 401 : 429);
  }
}

}  // namespace
}  // namespace gatehouse::test
