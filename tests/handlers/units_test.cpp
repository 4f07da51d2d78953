// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "support/jwt.h"
#include "support/proxy.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

// The connection is lost for real: at every statement of a request, and around every COMMIT. What has happened
// afterwards must be what would have happened without it.
class Units : public World {
 protected:
  void kill_connections_of(const std::string& endpoint) {
    const std::string list = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'gh_" + endpoint + "'";
    for (const auto& row : admin.query(list)) admin.run("KILL CONNECTION " + row[0]);
    while (!admin.query(list).empty()) std::this_thread::yield();
  }

  // Sends from a fresh web head, whose connection is killed before its statement number `at`. Says whether it came to
  // that.
  bool send_killed_at(int at, const std::string& endpoint, const Call& call, Answer& answer) {
    WebHead fresh = another_head();
    int ran = 0;
    bool killed = false;
    fresh.on_statement = [&](const std::string&, const std::string&) {
      if (ran++ != at) return;
      kill_connections_of(endpoint);
      killed = true;
    };
    answer = fresh.send(endpoint, call);
    return killed;
  }

  // Sends from a process that dies before its statement number `at`, and never says what became of it. Says whether it
  // came to that; if not, it was the answer that died.
  bool send_dying_at(int at, const std::string& endpoint, const Call& call) {
    const pid_t child = ::fork();
    if (child == 0) {
      WebHead own = another_head();
      int ran = 0;
      own.on_statement = [&](const std::string&, const std::string&) {
        if (ran++ == at) ::_exit(kDied);
      };
      own.send(endpoint, call);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == kDied;
  }

  static Call refresh(const std::string& token) { return json_object({{"refresh_token", token}}).by("POST"); }
  static Call logout(const Answer& tokens) {
    return refresh(tokens.text("refresh_token")).bearing(tokens.text("access_token"));
  }
  static Call change_password(const Answer& tokens) {
    return json_object({{"current_password", kPassword}, {"new_password", kNewPassword}})
        .bearing(tokens.text("access_token"))
        .by("POST");
  }
  // A session of a user of its own.
  Answer start(int number) {
    const std::string name = "user-" + std::to_string(number);
    add_user({.username = name});
    return log_in(name);
  }
  // Through a head that was there before, and remembers signatures.
  bool opens(const Answer& tokens) { return get("users_me", bearer(tokens.text("access_token"))).status == 200; }
  void expect_dead(const Answer& tokens, int at) {
    EXPECT_FALSE(opens(tokens)) << at;
    EXPECT_EQ(send("auth_refresh", refresh(tokens.text("refresh_token"))).status, 401) << at;
  }
  // The pair opens, and its refresh token is the one that is good.
  void expect_alive(const Answer& pair, int at) {
    EXPECT_EQ(pair.status, 200) << at << pair.body;
    EXPECT_TRUE(opens(pair)) << at;
    EXPECT_EQ(send("auth_refresh", refresh(pair.text("refresh_token"))).status, 200) << at;
  }
  void expect_only_the_new_password(int number) {
    const std::string name = "user-" + std::to_string(number);
    EXPECT_EQ(send("auth_token", login(name, kPassword)).status, 401) << number;
    EXPECT_EQ(send("auth_token", login(name, kNewPassword)).status, 200) << number;
  }

  static constexpr int kDied = 9;
  static constexpr const char* kNewPassword = "Another-Horse-2";
  static constexpr const char* kRetryKey = "0123456789abcdef";

  static Call login(const std::string& username, const std::string& password) {
    return form({{"username", username}, {"password", password}}).by("POST");
  }
};

constexpr const char* kOneLogin = "gh_audit +1, gh_audit_counts +1, gh_known_addresses +1, gh_sessions +1, gh_users ~1";
constexpr const char* kOneFailure = "gh_audit +1, gh_audit_counts +1, gh_throttle +2";
constexpr const char* kOneRegistration = "gh_audit +1, gh_passwords +1, gh_users +1";

TEST_F(Units, ALoginThatLosesItsConnectionAtAnyStatementStartsOneSession) {
  Answer answer;
  int at = 0;
  for (bool killed = true; killed; ++at) {
    const std::string name = "user-" + std::to_string(at);
    add_user({.username = name});
    killed = send_killed_at(at, "auth_token", login(name, kPassword), answer);
    EXPECT_EQ(answer.status, 200) << at;
    EXPECT_EQ(changes(), kOneLogin) << at;
  }
  EXPECT_GE(at, 10) << "statements of a login";
}

TEST_F(Units, AFailureThatLosesItsConnectionAtAnyStatementIsCountedOnce) {
  Answer answer;
  int at = 0;
  for (bool killed = true; killed; ++at) {
    clock.advance(minutes(1));  // else it would be a flood
    killed = send_killed_at(at, "auth_token", login("nobody-" + std::to_string(at), "Wrong-Horse-1"), answer);
    EXPECT_EQ(answer.status, 401) << at;
    EXPECT_EQ(changes(), kOneFailure) << at;
  }
  EXPECT_GE(at, 8);
  EXPECT_EQ(value("SELECT MAX(failures) FROM gh_throttle"), "1");
}

TEST_F(Units, ARegistrationThatLosesItsConnectionAtAnyStatementMakesOneUser) {
  Answer answer;
  int at = 0;
  for (bool killed = true; killed; ++at) {
    const std::string name = "user-" + std::to_string(at);
    const Call call =
        json_object({{"email", name + "@example.com"}, {"username", name}, {"password", kPassword}}).by("POST");
    killed = send_killed_at(at, "users_register", call, answer);
    EXPECT_EQ(answer.status, 201) << at;
    EXPECT_EQ(changes(), kOneRegistration) << at;
  }
  EXPECT_GE(at, 6);
}

TEST_F(Units, AReadThatLosesItsConnectionIsReadAgain) {
  add_user();
  const std::string token = access_token();
  Answer answer;
  for (int at = 0; send_killed_at(at, "users_me", bearer(token).by("GET"), answer); ++at) {
    EXPECT_EQ(answer.status, 200) << at;
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Units, ALostCommitOfALoginLeavesOneSession) {
  Proxy proxy;
  set("DATABASE_URL", proxy.url());
  int n = 0;
  for (const Proxy::Cut cut : {Proxy::Cut::before_commit, Proxy::Cut::after_commit}) {
    const std::string name = "user-" + std::to_string(++n);
    add_user({.username = name});
    proxy.cut_next(cut);
    const Answer answer = send("auth_token", login(name, kPassword));
    EXPECT_EQ(proxy.cuts(), n);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(changes(), kOneLogin);
    EXPECT_EQ(get("users_me", bearer(answer.text("access_token"))).status, 200);
  }
}

TEST_F(Units, ALostCommitOfALoginThatUpgradesItsHashIsStillALogin) {
  add_user();
  set("ARGON2_PASSES", "2");
  Proxy proxy;
  set("DATABASE_URL", proxy.url());
  proxy.cut_next(Proxy::Cut::after_commit);
  EXPECT_EQ(send("auth_token", login("ann", kPassword)).status, 200);
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(changes(),
            "gh_audit +1, gh_audit_counts +1, gh_known_addresses +1, gh_passwords ~1, gh_sessions +1, gh_users ~1");
}

TEST_F(Units, ALostCommitOfARegistrationLeavesOneUser) {
  Proxy proxy;
  set("DATABASE_URL", proxy.url());
  int n = 0;
  for (const Proxy::Cut cut : {Proxy::Cut::before_commit, Proxy::Cut::after_commit}) {
    const std::string name = "user-" + std::to_string(++n);
    proxy.cut_next(cut);
    const Answer answer = post(
        "users_register", json_object({{"email", name + "@example.com"}, {"username", name}, {"password", kPassword}}));
    EXPECT_EQ(proxy.cuts(), n);
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(changes(), kOneRegistration);
    EXPECT_EQ(std::to_string(answer.integer("id")), value("SELECT MAX(id) FROM gh_users"));
  }
}

// Which of the two it was can't be known; a failure that counts twice is the safe side of that.
TEST_F(Units, ALostCommitOfAFailureIsStillCounted) {
  Proxy proxy;
  set("DATABASE_URL", proxy.url());
  proxy.cut_next(Proxy::Cut::before_commit);
  EXPECT_EQ(send("auth_token", login("nobody", "Wrong-Horse-1")).status, 401);
  EXPECT_EQ(value("SELECT MAX(failures) FROM gh_throttle"), "1");
  proxy.cut_next(Proxy::Cut::after_commit);
  EXPECT_EQ(send("auth_token", login("nobody", "Wrong-Horse-1")).status, 401);
  EXPECT_EQ(value("SELECT MAX(failures) FROM gh_throttle"), "3");
  EXPECT_EQ(proxy.cuts(), 2);
}

TEST_F(Units, ARefreshThatLosesItsConnectionAtAnyStatementMakesOneSuccessor) {
  Answer answer;
  int at = 0;
  for (bool killed = true; killed; ++at) {
    const Answer tokens = start(at);
    killed = send_killed_at(at, "auth_refresh", refresh(tokens.text("refresh_token")), answer);
    EXPECT_EQ(changes(), "gh_audit +1, gh_sessions ~1") << at;
    expect_alive(answer, at);
  }
  EXPECT_GE(at, 6);
}

TEST_F(Units, ALogoutThatLosesItsConnectionAtAnyStatementIsALogout) {
  Answer answer;
  int at = 0;
  for (bool killed = true; killed; ++at) {
    const Answer tokens = start(at);
    EXPECT_TRUE(opens(tokens));
    killed = send_killed_at(at, "auth_logout", logout(tokens), answer);
    EXPECT_EQ(answer.status, 200) << at;
    EXPECT_EQ(changes(), "gh_audit +1, gh_sessions ~1") << at;
    expect_dead(tokens, at);
  }
  EXPECT_GE(at, 5);
}

TEST_F(Units, APasswordChangeThatLosesItsConnectionAtAnyStatementChangesItOnce) {
  Answer answer;
  int at = 0;
  for (bool killed = true; killed; ++at) {
    const Answer tokens = start(at);
    EXPECT_TRUE(opens(tokens));
    killed = send_killed_at(at, "auth_change_password", change_password(tokens), answer);
    EXPECT_EQ(answer.status, 200) << at;
    EXPECT_EQ(changes(), "gh_audit +1, gh_passwords ~1, gh_sessions ~1") << at;
    expect_dead(tokens, at);
    expect_only_the_new_password(at);
  }
  EXPECT_GE(at, 10);
}

TEST_F(Units, AReplayThatLosesItsConnectionAtAnyStatementEndsTheSession) {
  Answer answer;
  int at = 0;
  for (bool killed = true; killed; ++at) {
    clock.advance(minutes(1));  // else it would be a flood
    const Answer tokens = start(at);
    const Answer successor = send("auth_refresh", refresh(tokens.text("refresh_token")));
    EXPECT_TRUE(opens(successor));
    changes();
    killed = send_killed_at(at, "auth_refresh", refresh(tokens.text("refresh_token")), answer);
    EXPECT_NE(answer.detail().find("reuse"), std::string::npos) << at;
    EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +1, gh_sessions ~1") << at;
    EXPECT_EQ(value("SELECT ended_why FROM gh_sessions ORDER BY user_id DESC LIMIT 1"), "reuse");
    EXPECT_FALSE(opens(tokens)) << at;
    expect_dead(successor, at);
  }
  EXPECT_GE(at, 7);
}

TEST_F(Units, ARefreshWhoseProcessDiesIsTriedAgainHonestly) {
  int at = 0;
  for (bool died = true; died; ++at) {
    const Answer tokens = start(at);
    const auto call = [&] { return refresh(tokens.text("refresh_token")).with("Idempotency-Key", kRetryKey); };
    died = send_dying_at(at, "auth_refresh", call());
    expect_alive(send("auth_refresh", call()), at);
    EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions WHERE ended_at IS NOT NULL"), "0") << at;
  }
  EXPECT_GE(at, 6);
}

TEST_F(Units, ARevocationWhoseProcessDiesHasHappenedOrIsDoneByTheNextTry) {
  int number = 0;
  const auto try_all = [&](const std::string& endpoint, Call (*call)(const Answer&)) {
    bool died = true;
    for (int at = 0; died; ++at) {
      const Answer tokens = start(number++);
      EXPECT_TRUE(opens(tokens));
      died = send_dying_at(at, endpoint, call(tokens));
      const bool was_done = !opens(tokens);
      EXPECT_TRUE(!died || !was_done) << "half of a unit was kept: " << endpoint << " " << at;
      EXPECT_TRUE(died || was_done) << "a whole unit was lost: " << endpoint;
      EXPECT_EQ(send(endpoint, call(tokens)).status, was_done ? 401 : 200) << at;
      expect_dead(tokens, at);
    }
  };
  try_all("auth_logout", logout);
  try_all("auth_change_password", change_password);
}

TEST_F(Units, ALostCommitOfARefreshLeavesOneSuccessor) {
  Proxy proxy;
  set("DATABASE_URL", proxy.url());
  int n = 0;
  for (const Proxy::Cut cut : {Proxy::Cut::before_commit, Proxy::Cut::after_commit}) {
    const Answer tokens = start(++n);
    proxy.cut_next(cut);
    const Answer answer = send("auth_refresh", refresh(tokens.text("refresh_token")));
    EXPECT_EQ(proxy.cuts(), n);
    EXPECT_EQ(changes(), "gh_audit +1, gh_sessions ~1");
    expect_alive(answer, n);
  }
}

TEST_F(Units, ALostCommitOfARevocationIsARevocation) {
  Proxy proxy;
  set("DATABASE_URL", proxy.url());
  int n = 0;
  for (const Proxy::Cut cut : {Proxy::Cut::before_commit, Proxy::Cut::after_commit}) {
    Answer tokens = start(++n);
    proxy.cut_next(cut);
    EXPECT_EQ(send("auth_logout", logout(tokens)).status, 200);
    EXPECT_EQ(changes(), "gh_audit +1, gh_sessions ~1");
    expect_dead(tokens, n);

    tokens = log_in("user-" + std::to_string(n));
    const std::string id(claims_of(tokens.text("access_token")).string_of("sid"));
    proxy.cut_next(cut);
    EXPECT_EQ(send("sessions_id", bearer(tokens.text("access_token")).at("/api/v1/sessions/" + id).by("DELETE")).status,
              200);
    EXPECT_EQ(changes(), "gh_audit +1, gh_sessions ~1");
    expect_dead(tokens, n);

    tokens = log_in("user-" + std::to_string(n));
    proxy.cut_next(cut);
    EXPECT_EQ(send("auth_change_password", change_password(tokens)).status, 200);
    EXPECT_EQ(changes(), "gh_audit +1, gh_passwords ~1, gh_sessions ~1");
    expect_dead(tokens, n);
    expect_only_the_new_password(n);
  }
  EXPECT_EQ(proxy.cuts(), 6);
}

TEST_F(Units, ALostCommitOfAReplayEndsTheSession) {
  Proxy proxy;
  set("DATABASE_URL", proxy.url());
  int n = 0;
  for (const Proxy::Cut cut : {Proxy::Cut::before_commit, Proxy::Cut::after_commit}) {
    const Answer tokens = start(++n);
    const Answer successor = send("auth_refresh", refresh(tokens.text("refresh_token")));
    proxy.cut_next(cut);
    const Answer replay = send("auth_refresh", refresh(tokens.text("refresh_token")));
    EXPECT_EQ(proxy.cuts(), n);
    EXPECT_NE(replay.detail().find("reuse"), std::string::npos);
    expect_dead(successor, n);
  }
}

TEST_F(Units, ADatabaseThatStaysSickIs503AndNothingIsKept) {
  add_user();
  int tries = 0;
  head().on_statement = [&](const std::string&, const std::string& statement) {
    if (statement != "sessions.insert") return;
    ++tries;
    kill_connections_of("auth_token");
  };
  EXPECT_EQ(send("auth_token", login("ann", kPassword)).status, 503);
  EXPECT_EQ(tries, db::kUnitAttempts);
  EXPECT_EQ(changes(), "nothing");
  head().on_statement = nullptr;
  EXPECT_EQ(send("auth_token", login("ann", kPassword)).status, 200) << "and the process goes on";
}

TEST_F(Units, AFailureThatCannotBeRecordedIsNoRefusal) {
  add_user();
  head().on_statement = [&](const std::string&, const std::string& statement) {
    if (statement == "throttle.count_failure") kill_connections_of("auth_token");
  };
  EXPECT_EQ(send("auth_token", login("ann", "Wrong-Horse-1")).status, 503)
      << "a 401 would say that the guess was counted";
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Units, TheVictimOfADeadlockRunsItsWholeUnitAgain) {
  add_user();
  send("auth_token", login("ann", kPassword));
  sql("UPDATE gh_known_addresses SET last_login_at = 0");
  changes();
  // The other transaction holds the row that the login wants last, and wants the one that the login holds by then. It
  // has done more, so the login is the one that InnoDB rolls back.
  db::Admin other(installation().server->target());
  other.run("START TRANSACTION");
  for (int i = 0; i < 50; ++i) {
    other.run("INSERT INTO gh_revoked_tokens (jti, expires_at) VALUES (UNHEX(MD5(" + std::to_string(i) + ")), 0)");
  }
  other.run("UPDATE gh_audit_counts SET minute = minute + 0, events = events + 100");
  std::thread rival;
  int inserts = 0;
  head().on_statement = [&](const std::string&, const std::string& statement) {
    if (statement == "sessions.insert") ++inserts;
    if (statement != "audit.count_event" || rival.joinable()) return;
    rival = std::thread([&] {
      other.run("UPDATE gh_known_addresses SET last_login_at = last_login_at + 1");
      other.run("ROLLBACK");
    });
  };
  EXPECT_EQ(send("auth_token", login("ann", kPassword)).status, 200);
  rival.join();
  EXPECT_EQ(inserts, 2);
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts ~1, gh_known_addresses ~1, gh_sessions +1");
}

}  // namespace
}  // namespace gatehouse::test
