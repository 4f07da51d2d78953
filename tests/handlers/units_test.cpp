// SPDX-License-Identifier: Apache-2.0
#include <thread>

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

  static Call login(const std::string& username, const std::string& password) {
    return form({{"username", username}, {"password", password}}).by("POST");
  }
};

constexpr const char* kOneLogin = "gh_audit +1, gh_audit_counts +2, gh_known_addresses +1, gh_sessions +1, gh_users ~1";
constexpr const char* kOneFailure = "gh_audit +1, gh_audit_counts +2, gh_throttle +2";
constexpr const char* kOneRegistration = "gh_audit +1, gh_passwords +1, gh_user_counts +1, gh_users +1";

TEST_F(Units, ALoginThatLosesItsConnectionAtAnyStatementStartsOneSession) {
  Answer answer;
  int at = 0;
  for (bool killed = true; killed; ++at) {
    const std::string name = "user-" + std::to_string(at);
    add_user({.username = name});
    sql("DELETE FROM gh_audit_counts");
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
    sql("DELETE FROM gh_audit_counts");  // else it would be a flood
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
  for (const Proxy::Moment moment : {Proxy::Moment::before, Proxy::Moment::after}) {
    const std::string name = "user-" + std::to_string(++n);
    add_user({.username = name});
    sql("DELETE FROM gh_audit_counts");
    proxy.cut_next_commit(moment);
    const Answer answer = send("auth_token", login(name, kPassword));
    EXPECT_EQ(proxy.harmed(), n);
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
  proxy.cut_next_commit(Proxy::Moment::after);
  EXPECT_EQ(send("auth_token", login("ann", kPassword)).status, 200);
  EXPECT_EQ(proxy.harmed(), 1);
  EXPECT_EQ(changes(),
            "gh_audit +1, gh_audit_counts +2, gh_known_addresses +1, gh_passwords ~1, gh_sessions +1, gh_users ~1");
}

TEST_F(Units, ALostCommitOfARegistrationLeavesOneUser) {
  Proxy proxy;
  set("DATABASE_URL", proxy.url());
  int n = 0;
  for (const Proxy::Moment moment : {Proxy::Moment::before, Proxy::Moment::after}) {
    const std::string name = "user-" + std::to_string(++n);
    proxy.cut_next_commit(moment);
    const Answer answer = post(
        "users_register", json_object({{"email", name + "@example.com"}, {"username", name}, {"password", kPassword}}));
    EXPECT_EQ(proxy.harmed(), n);
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(changes(), kOneRegistration);
    EXPECT_EQ(std::to_string(answer.integer("id")), value("SELECT MAX(id) FROM gh_users"));
  }
}

// Which of the two it was can't be known; a failure that counts twice is the safe side of that.
TEST_F(Units, ALostCommitOfAFailureIsStillCounted) {
  Proxy proxy;
  set("DATABASE_URL", proxy.url());
  proxy.cut_next_commit(Proxy::Moment::before);
  EXPECT_EQ(send("auth_token", login("nobody", "Wrong-Horse-1")).status, 401);
  EXPECT_EQ(value("SELECT MAX(failures) FROM gh_throttle"), "1");
  proxy.cut_next_commit(Proxy::Moment::after);
  EXPECT_EQ(send("auth_token", login("nobody", "Wrong-Horse-1")).status, 401);
  EXPECT_EQ(value("SELECT MAX(failures) FROM gh_throttle"), "3");
  EXPECT_EQ(proxy.harmed(), 2);
}

TEST_F(Units, ALostCommitOfASessionsEndIsItsEnd) {
  Proxy proxy;
  set("DATABASE_URL", proxy.url());
  add_user();
  for (const Proxy::Moment moment : {Proxy::Moment::before, Proxy::Moment::after}) {
    const std::string token = access_token();
    const std::string id(claims_of(token).string_of("sid"));
    proxy.cut_next_commit(moment);
    EXPECT_EQ(send("sessions_id", bearer(token).at("/api/v1/sessions/" + id).by("DELETE")).status, 200);
    EXPECT_EQ(changes(), "gh_audit +1, gh_sessions ~1");
    EXPECT_EQ(get("users_me", bearer(token)).status, 401);
  }
  EXPECT_EQ(proxy.harmed(), 2);
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
    if (statement != "audit.count_and_tally" || rival.joinable()) return;
    rival = std::thread([&] {
      other.run("UPDATE gh_known_addresses SET last_login_at = last_login_at + 1");
      other.run("ROLLBACK");
    });
  };
  EXPECT_EQ(send("auth_token", login("ann", kPassword)).status, 200);
  rival.join();
  EXPECT_EQ(inserts, 2);
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts ~2, gh_known_addresses ~1, gh_sessions +1");
}

}  // namespace
}  // namespace gatehouse::test
