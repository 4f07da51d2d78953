// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "support/jwt.h"
#include "support/session_world.h"

namespace gatehouse::test {
namespace {

constexpr int kUses = 50;

// Fifty clients at once, in a queue for one process or for eight that race; which makes no difference. What the answers
// said must be so afterwards, in the database and for whoever asks with the tokens.
class SqlSessionRaces : public SessionWorld, public testing::WithParamInterface<int> {
 protected:
  std::vector<Answer> race(const std::vector<std::string>& endpoints,
                           const std::function<Answer(WebHead&, int)>& each) {
    // Refused wherever it is sent: the connection stands and the keys are read before the race begins.
    const auto warm = [&](WebHead& head) {
      for (const std::string& endpoint : endpoints) head.send(endpoint, refresh(ended_).bearing(ended_));
    };
    // Each at a time of its own, as clients are: an UPDATE that changes nothing would not count.
    const auto each_later = [&](WebHead& head, int i) {
      clock.advance(milliseconds(i));
      return each(head, i);
    };
    return in_parallel({.calls = kUses, .processes = GetParam(), .warm = warm, .is_mixed = endpoints.size() > 1},
                       each_later);
  }
  void SetUp() override {
    ended_ = start("warm").text("access_token");
    sql("UPDATE gh_sessions SET ended_at = 1, ended_why = 'logout'");
  }

  static std::ptrdiff_t count(const std::vector<Answer>& answers, int status) {
    return std::count_if(answers.begin(), answers.end(), [&](const Answer& a) { return a.status == status; });
  }
  // Of all events, those in a flood too.
  std::string events(const std::string& event) {
    return value(
        "SELECT COUNT(*) + (SELECT COALESCE(SUM(GREATEST(events - 5, 0)), 0) FROM gh_audit_counts WHERE event = '" +
        event + "') FROM gh_audit WHERE event = '" + event + "'");
  }
  std::string why_ended(const Answer& pair) {
    const std::string sid(claims_of(pair.text("access_token")).string_of("sid"));
    return value(
        "SELECT COALESCE(ended_why, 'lives') FROM gh_sessions WHERE REPLACE(REPLACE(REPLACE(TO_BASE64(id),"
        " '+', '-'), '/', '_'), '=', '') = '" +
        sid + "'");
  }

 private:
  std::string ended_;  // an access token
};

INSTANTIATE_TEST_SUITE_P(Sql, SqlSessionRaces, testing::Values(1, 8),
                         [](const auto& processes) { return "With" + std::to_string(processes.param); });

TEST_P(SqlSessionRaces, FiftyUsesOfOneTokenGiveOnePairAndItDies) {
  const Answer tokens = start("ann");
  const auto answers =
      race({"auth_refresh"}, [&](WebHead& head, int) { return head.send("auth_refresh", refresh(tokens)); });
  EXPECT_EQ(count(answers, 200), 1);
  EXPECT_EQ(count(answers, 401), kUses - 1);
  EXPECT_EQ(events("token_refresh"), "1");
  EXPECT_EQ(why_ended(tokens), "reuse");
  expect_dead(tokens);
  for (const Answer& answer : answers) {
    if (answer.status == 200) expect_dead(answer);
  }
}

TEST_P(SqlSessionRaces, FiftyHonestRetriesGetOneSuccessorByteForByte) {
  const Answer tokens = start("ann");
  const auto answers = race({"auth_refresh"}, [&](WebHead& head, int) {
    return head.send("auth_refresh", refresh(tokens).with("Idempotency-Key", kRetryKey));
  });
  EXPECT_EQ(count(answers, 200), kUses);
  for (const Answer& answer : answers) EXPECT_EQ(answer.body, answers[0].body);
  EXPECT_EQ(events("token_refresh"), "1");
  EXPECT_EQ(why_ended(tokens), "lives");
  expect_alive(answers[0]);
}

TEST_P(SqlSessionRaces, OfFiftyRetryKeysAtOnceOneWinsAndTheSessionDies) {
  const Answer tokens = start("ann");
  const auto answers = race({"auth_refresh"}, [&](WebHead& head, int i) {
    return head.send("auth_refresh", refresh(tokens).with("Idempotency-Key", kRetryKey + std::to_string(i)));
  });
  EXPECT_EQ(count(answers, 200), 1);
  EXPECT_EQ(events("token_refresh"), "1");
  EXPECT_EQ(why_ended(tokens), "reuse");
  for (const Answer& answer : answers) {
    if (answer.status == 200) expect_dead(answer);
  }
}

TEST_P(SqlSessionRaces, WithinTheGraceFiftyUsesGetOneSuccessor) {
  set("REFRESH_REUSE_GRACE_SECONDS", "10");
  const Answer tokens = start("ann");
  const auto answers =
      race({"auth_refresh"}, [&](WebHead& head, int) { return head.send("auth_refresh", refresh(tokens)); });
  EXPECT_EQ(count(answers, 200), kUses);
  for (const Answer& answer : answers) EXPECT_EQ(answer.body, answers[0].body);
  EXPECT_EQ(events("token_refresh"), "1");
  expect_alive(answers[0]);
}

TEST_P(SqlSessionRaces, ALogoutBesideARefreshEndsWhateverTheRefreshGave) {
  std::vector<Answer> tokens;
  for (int i = 0; i < kUses / 2; ++i) tokens.push_back(start("user-" + std::to_string(i)));
  const auto answers = race({"auth_refresh", "auth_logout"}, [&](WebHead& head, int i) {
    const Answer& pair = tokens[static_cast<std::size_t>(i / 2)];
    return i % 2 == 0 ? head.send("auth_refresh", refresh(pair)) : head.send("auth_logout", logout(pair));
  });
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Answer& refreshed = answers[2 * i];
    EXPECT_EQ(answers[2 * i + 1].status, 200);
    EXPECT_EQ(why_ended(tokens[i]), "logout") << "nothing was used twice";
    EXPECT_TRUE(refreshed.status == 200 || refreshed.status == 401) << refreshed.body;
    if (refreshed.status == 200) expect_dead(refreshed);
    EXPECT_FALSE(opens(tokens[i]));
  }
  EXPECT_EQ(events("logout"), std::to_string(tokens.size()));
}

TEST_P(SqlSessionRaces, APasswordChangeBesideRefreshesEndsWhateverTheyGave) {
  constexpr int kSessions = 10;  // of each user; one of them changes the password, the others refresh
  std::vector<Answer> tokens;
  for (int i = 0; i < kUses; ++i) {
    const std::string name = "user-" + std::to_string(i / kSessions);
    tokens.push_back(i % kSessions == 0 ? start(name) : log_in(name));
  }
  const auto changes_password = [](std::size_t i) { return i % kSessions == kSessions / 2; };
  const auto answers = race({"auth_refresh", "auth_change_password"}, [&](WebHead& head, int i) {
    const auto at = static_cast<std::size_t>(i);
    return changes_password(at) ? head.send("auth_change_password", change_password(tokens[at]))
                                : head.send("auth_refresh", refresh(tokens[at]));
  });
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(why_ended(tokens[i]), "password_changed");
    EXPECT_FALSE(opens(tokens[i]));
    if (changes_password(i)) {
      EXPECT_EQ(answers[i].status, 200) << answers[i].body;
      expect_only_the_new_password("user-" + std::to_string(i / kSessions));
    } else {
      EXPECT_TRUE(answers[i].status == 200 || answers[i].status == 401) << answers[i].body;
      if (answers[i].status == 200) expect_dead(answers[i]);
    }
  }
}

TEST_P(SqlSessionRaces, FiftyLogoutsAreOne) {
  const Answer tokens = start("ann");
  const auto answers =
      race({"auth_logout"}, [&](WebHead& head, int) { return head.send("auth_logout", logout(tokens)); });
  EXPECT_GE(count(answers, 200), 1);
  EXPECT_EQ(count(answers, 200) + count(answers, 401), kUses) << "401: who asked when it was over";
  EXPECT_EQ(events("logout"), "1");
  EXPECT_EQ(why_ended(tokens), "logout");
  expect_dead(tokens);
}

TEST_P(SqlSessionRaces, FiftyReplaysAreAllRefusedAndAllCounted) {
  const Answer tokens = start("ann");
  const Answer successor = send("auth_refresh", refresh(tokens));
  const auto answers =
      race({"auth_refresh"}, [&](WebHead& head, int) { return head.send("auth_refresh", refresh(tokens)); });
  EXPECT_TRUE(std::all_of(answers.begin(), answers.end(), is_reuse));
  EXPECT_EQ(events("token_reuse_detected"), std::to_string(kUses));
  EXPECT_EQ(why_ended(tokens), "reuse");
  expect_dead(successor);
}

TEST_P(SqlSessionRaces, AReplayBesideARefreshEndsWhateverTheRefreshGave) {
  std::vector<Answer> spent;
  std::vector<Answer> current;
  for (int i = 0; i < kUses / 2; ++i) {
    spent.push_back(start("user-" + std::to_string(i)));
    current.push_back(send("auth_refresh", refresh(spent.back())));
  }
  const auto answers = race({"auth_refresh"}, [&](WebHead& head, int i) {
    const auto& tokens = i % 2 == 0 ? current : spent;
    return head.send("auth_refresh", refresh(tokens[static_cast<std::size_t>(i / 2)]));
  });
  for (std::size_t i = 0; i < spent.size(); ++i) {
    EXPECT_TRUE(is_reuse(answers[2 * i + 1])) << answers[2 * i + 1].body;
    EXPECT_EQ(why_ended(spent[i]), "reuse");
    expect_dead(current[i]);
    if (answers[2 * i].status == 200) expect_dead(answers[2 * i]);
  }
}

}  // namespace
}  // namespace gatehouse::test
