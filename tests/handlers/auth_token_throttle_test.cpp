// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "support/parallel.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

constexpr const char* kWrong = "Wrong-Horse-1";

class AuthTokenThrottle : public World {
 protected:
  static Call login(const std::string& username, const std::string& password, const std::string& address) {
    return form({{"username", username}, {"password", password}}).from(address).by("POST");
  }
  int try_login(const std::string& username, const std::string& password, const std::string& address = "10.0.0.1") {
    return send("auth_token", login(username, password, address)).status;
  }
  void fail(int times, const std::string& username = "ann", const std::string& address = "10.0.0.1") {
    for (int i = 0; i < times; ++i) EXPECT_EQ(try_login(username, kWrong, address), 401);
  }
};

TEST_F(AuthTokenThrottle, FiveFailuresLockTheAccountForTheirAddress) {
  add_user();
  fail(4);
  EXPECT_EQ(audit(),
            "login_failure user=1 address=10.0.0.1\nlogin_failure user=1 address=10.0.0.1\n"
            "login_failure user=1 address=10.0.0.1\nlogin_failure user=1 address=10.0.0.1\n");
  changes();
  fail(1);
  EXPECT_EQ(audit(), "login_failure user=1 address=10.0.0.1\naccount_locked user=1 address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +2, gh_audit_counts +1 ~2, gh_throttle ~2");
  EXPECT_EQ(try_login("ann", kPassword), 401) << "the right password, while locked";
}

TEST_F(AuthTokenThrottle, FourFailuresDoNot) {
  add_user();
  fail(4);
  EXPECT_EQ(try_login("ann", kPassword), 200);
}

TEST_F(AuthTokenThrottle, AnotherAddressIsNotLocked) {
  add_user();
  fail(5);
  EXPECT_EQ(try_login("ann", kPassword, "10.0.0.2"), 200);
  EXPECT_EQ(try_login("ann", kPassword, "10.0.0.1"), 401);
}

TEST_F(AuthTokenThrottle, AnotherAccountIsNotLocked) {
  add_user();
  add_user({.username = "bob"});
  fail(5);
  EXPECT_EQ(try_login("bob", kPassword), 200);
}

TEST_F(AuthTokenThrottle, WhenTheLockEndsTheCountStartsAnew) {
  add_user();
  fail(5);
  clock.advance(minutes(30) - milliseconds(1));
  EXPECT_EQ(try_login("ann", kPassword), 401);
  clock.advance(milliseconds(1));
  fail(4);
  EXPECT_EQ(try_login("ann", kPassword), 200);
}

TEST_F(AuthTokenThrottle, ASecondLockIsOnRecordToo) {
  add_user();
  fail(5);
  clock.advance(minutes(30));
  fail(4);
  changes();
  fail(1);
  EXPECT_EQ(audit(), "login_failure user=1 address=10.0.0.1\naccount_locked user=1 address=10.0.0.1\n");
}

TEST_F(AuthTokenThrottle, TryingWhileLockedDoesNotProlongTheLock) {
  add_user();
  fail(5);
  const std::string until = value("SELECT locked_until FROM gh_throttle WHERE address <> ''");
  clock.advance(minutes(29));
  fail(7);
  EXPECT_EQ(value("SELECT locked_until FROM gh_throttle WHERE address <> ''"), until);
  clock.advance(minutes(1));
  EXPECT_EQ(try_login("ann", kPassword), 200);
}

TEST_F(AuthTokenThrottle, OldFailuresAreForgotten) {
  add_user();
  fail(4);
  clock.advance(minutes(30));
  fail(4);
  EXPECT_EQ(try_login("ann", kPassword), 200);
}

TEST_F(AuthTokenThrottle, SuccessTakesBackTheCountOfItsOwnAddressOnly) {
  add_user();
  fail(4, "ann", "10.0.0.1");
  fail(4, "ann", "10.0.0.2");
  EXPECT_EQ(try_login("ann", kPassword, "10.0.0.1"), 200);
  EXPECT_EQ(value("SELECT failures FROM gh_throttle WHERE address = ''"), "8");
  fail(4, "ann", "10.0.0.1");
  EXPECT_EQ(try_login("ann", kPassword, "10.0.0.1"), 200);
  fail(1, "ann", "10.0.0.2");
  EXPECT_EQ(try_login("ann", kPassword, "10.0.0.2"), 401);
}

TEST_F(AuthTokenThrottle, AnAccountGuessedAtFromEverywhereLetsInKnownAddressesOnly) {
  add_user();
  EXPECT_EQ(try_login("ann", kPassword, "10.9.9.9"), 200);
  for (int i = 0; i < 13; ++i) fail(4, "ann", "10.0.1." + std::to_string(i));
  EXPECT_EQ(try_login("ann", kPassword, "10.0.2.1"), 401);
  EXPECT_EQ(try_login("ann", kPassword, "10.9.9.9"), 200);
  clock.advance(minutes(30));
  EXPECT_EQ(try_login("ann", kPassword, "10.0.2.1"), 200);
}

TEST_F(AuthTokenThrottle, OneAddressThatGoesOnAndOnLocksNobodyElseOut) {
  add_user();
  fail(60, "ann", "10.0.0.1");
  EXPECT_EQ(try_login("ann", kPassword, "10.0.2.1"), 200);
}

TEST_F(AuthTokenThrottle, ALockOfTheWholeAccountIsOnRecord) {
  add_user();
  for (int i = 0; i < 12; ++i) fail(4, "ann", "10.0.1." + std::to_string(i));
  fail(1, "ann", "10.0.1.12");
  changes();
  fail(1, "ann", "10.0.1.12");
  EXPECT_EQ(audit(), "login_failure user=1 address=10.0.1.12\naccount_locked user=1 address=10.0.1.12\n");
}

TEST_F(AuthTokenThrottle, FortyNineFailuresFromEverywhereStillLetStrangersTry) {
  add_user();
  for (int i = 0; i < 12; ++i) fail(4, "ann", "10.0.1." + std::to_string(i));
  fail(1, "ann", "10.0.1.12");
  EXPECT_EQ(try_login("ann", kPassword, "10.0.2.1"), 200);
}

TEST_F(AuthTokenThrottle, AnIpv6NetworkCountsAsOneAddress) {
  add_user();
  for (int i = 1; i <= 5; ++i) fail(1, "ann", "2001:db8:0:1::" + std::to_string(i));
  EXPECT_EQ(try_login("ann", kPassword, "2001:db8:0:1:ffff::1"), 401);
  EXPECT_EQ(try_login("ann", kPassword, "2001:db8:0:2::1"), 200);
}

TEST_F(AuthTokenThrottle, AnIpv4ClientOfADualStackSocketIsTheSameClient) {
  add_user();
  fail(5, "ann", "::ffff:10.0.0.1");
  EXPECT_EQ(try_login("ann", kPassword, "10.0.0.1"), 401);
}

TEST_F(AuthTokenThrottle, WhoCanNotBeToldApartIsNotServedAndCountsForNobody) {
  add_user();
  for (const char* address : {"", "unix:"}) EXPECT_EQ(try_login("ann", kPassword, address), 503);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuthTokenThrottle, WhicheverNameIsTypedTheSameAccountIsCounted) {
  add_user({.username = "Ann", .email = "ann.lee@example.com"});
  fail(1, "Ann");
  fail(1, "ANN");
  fail(1, "ann");
  fail(1, "ann.lee@example.com");
  fail(1, "ANN.LEE@example.com");
  EXPECT_EQ(try_login("ann", kPassword), 401);
}

TEST_F(AuthTokenThrottle, ANameThatNobodyHasLeavesTheSameKindOfRows) {
  add_user();
  fail(5, "ann", "10.0.0.1");
  const std::string of_ann = changes();
  fail(2, "nobody", "10.0.0.2");
  fail(3, "NoBody", "10.0.0.2");
  EXPECT_EQ(changes(), of_ann);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_throttle WHERE failures = 5"), "4");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_throttle WHERE locked_until > 0"), "2");
}

TEST_F(AuthTokenThrottle, ALimitOfOneLocksAtTheFirstFailure) {
  set("MAX_LOGIN_ATTEMPTS", "1");
  add_user();
  fail(1);
  EXPECT_EQ(audit(), "login_failure user=1 address=10.0.0.1\naccount_locked user=1 address=10.0.0.1\n");
  EXPECT_EQ(try_login("ann", kPassword), 401);
  EXPECT_EQ(try_login("ann", kPassword, "10.0.0.2"), 200);
}

TEST_F(AuthTokenThrottle, WhoWasLockedOutWhileWaitingForASlotIsNotEvaluated) {
  add_user();
  fail(4);
  WebHead other = another_head();
  int looks = 0;
  head().on_statement = [&](const std::string&, const std::string& statement) {
    // The second look is the one with the slot in hand.
    if (statement != "throttle.look_up" || ++looks != 2) return;
    EXPECT_EQ(other.send("auth_token", login("ann", kWrong, "10.0.0.1")).status, 401);
  };
  EXPECT_EQ(try_login("ann", kPassword), 401);
  EXPECT_EQ(looks, 2);
}

TEST_F(AuthTokenThrottle, AFailureCountedWhileTheRightPasswordIsJudgedStays) {
  add_user();
  WebHead other = another_head();
  head().on_statement = [&](const std::string&, const std::string& statement) {
    if (statement != "sessions.admit") return;
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(other.send("auth_token", login("ann", kWrong, "10.0.0.1")).status, 401);
    }
  };
  EXPECT_EQ(try_login("ann", kPassword), 200);
  head().on_statement = nullptr;
  EXPECT_EQ(value("SELECT failures FROM gh_throttle WHERE address <> ''"), "5");
  EXPECT_EQ(try_login("ann", kPassword), 401) << "the five locked the address, whatever was under way";
}

TEST_F(AuthTokenThrottle, ASuccessTakesBackFailuresOfItsAddressAlsoWhenItIsAKnownOne) {
  add_user();
  EXPECT_EQ(try_login("ann", kPassword), 200);
  fail(4);
  EXPECT_EQ(try_login("ann", kPassword), 200);
  fail(4);
  EXPECT_EQ(try_login("ann", kPassword), 200);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_throttle WHERE address <> ''"), "0");
}

TEST_F(AuthTokenThrottle, ASlotIsFreeOnlyWhenItsFailureIsOnRecord) {
  set("HASH_SLOTS", "1");
  add_user();
  int recorded = 0;
  head().on_statement = [&](const std::string&, const std::string& statement) {
    if (statement != "throttle.count_failure") return;
    ++recorded;
    const int slot = ::open((installation().run_directory + "/hash-slot-0").c_str(), O_RDONLY | O_CLOEXEC);
    EXPECT_NE(::flock(slot, LOCK_EX | LOCK_NB), 0) << "another guess could begin before this one is counted";
    ::close(slot);
  };
  fail(1);
  EXPECT_EQ(recorded, 1);
}

TEST_F(AuthTokenThrottle, ThirtyGuessesAtOnceAreEvaluatedNoMoreThanTheLimitAndTheSlots) {
  add_user();
  SharedCount evaluated;
  const auto answers = in_parallel(30, [&](WebHead& head, int) {
    db::Admin own(installation().server->target());
    int looks = 0;
    head.on_statement = [&](const std::string&, const std::string& statement) {
      // What this sees is at most a little older than what the second look will see, so it never counts too few.
      if (statement != "throttle.look_up" || ++looks != 2) return;
      evaluated.add(own.query("SELECT 1 FROM gh_throttle WHERE address <> '' AND locked_until > 0").empty() ? 1 : 0);
    };
    return head.send("auth_token", login("ann", kWrong, "10.0.0.1"));
  });
  for (const Answer& answer : answers) EXPECT_TRUE(answer.status == 401 || answer.status == 503) << answer.status;
  EXPECT_GE(evaluated.value(), 5);
  EXPECT_LE(evaluated.value(), 5 + 2);
  const auto refused = std::count_if(answers.begin(), answers.end(), [](const Answer& a) { return a.status == 401; });
  EXPECT_EQ(value("SELECT failures FROM gh_throttle WHERE address <> ''"), std::to_string(refused));
  const int account_wide = std::stoi(value("SELECT failures FROM gh_throttle WHERE address = ''"));
  EXPECT_TRUE(account_wide >= 5 && account_wide <= evaluated.value()) << account_wide;
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'account_locked'"), "1");
}

TEST_F(AuthTokenThrottle, TwentyRightLoginsAtOnceAllPass) {
  add_user();
  const auto answers =
      in_parallel(20, [&](WebHead& head, int) { return head.send("auth_token", login("ann", kPassword, "10.0.0.1")); });
  for (const Answer& answer : answers) EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(changes(), "gh_audit +5, gh_audit_counts +2, gh_known_addresses +1, gh_sessions +20, gh_users ~1");
}

TEST_F(AuthTokenThrottle, TwentyRightLoginsAtOnceAllPassWhileOneOfThemUpgradesTheHash) {
  add_user();
  set("ARGON2_PASSES", "2");
  const auto answers =
      in_parallel(20, [&](WebHead& head, int) { return head.send("auth_token", login("ann", kPassword, "10.0.0.1")); });
  for (const Answer& answer : answers) EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(changes(),
            "gh_audit +5, gh_audit_counts +2, gh_known_addresses +1, gh_passwords ~1, gh_sessions +20, gh_users ~1");
}

}  // namespace
}  // namespace gatehouse::test
