// SPDX-License-Identifier: Apache-2.0
#include "auth/sweep/sweep.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/commands.h"
#include "support/parallel.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

constexpr milliseconds kKeptLonger = minutes(5);

class Sweep : public World {
 protected:
  // A process with the sweeper's own account.
  std::unique_ptr<Process> sweeper() {
    return std::make_unique<Process>(load_settings(config), "sweep", keys::Power::verifies, clock, random_,
                                     [](std::string_view) {});
  }
  sweep::Report run(Process& process, seconds budget = seconds(30)) {
    return sweep::sweep({.process = process, .now = clock.now()}, budget);
  }
  sweep::Report run() { return run(*sweeper()); }

  // "gh_sessions 2, gh_throttle 1"
  static std::string removed(const sweep::Report& report) {
    std::string text;
    for (const auto& [table, rows] : report.tables) {
      if (rows != 0) text += (text.empty() ? "" : ", ") + table + " " + std::to_string(rows);
    }
    return text.empty() ? "nothing" : text;
  }

  // Somebody who has just deleted their own account, after they had used it.
  std::int64_t delete_oneself(const std::string& name) {
    const std::int64_t id = add_user({.username = name});
    log_in(name);
    const std::string token = access_token(name);
    EXPECT_EQ(post("api_keys_generate", json_text("{}").bearing(token)).status, 200);
    EXPECT_EQ(send("users_me", bearer(token).by("DELETE")).status, 200);
    sql("DELETE FROM gh_allowances");
    return id;
  }

  Config config = basic_config();

  std::string ago(milliseconds age) { return std::to_string(to_millis(clock.now() - age)); }

  // `count` sessions that ended `age` ago.
  void add_sessions(int count, milliseconds age) {
    sql("INSERT INTO gh_sessions (id, user_id, refresh_jti, scopes, authenticated_at, created_at, last_used_at,"
        " expires_at, ends_at, address, user_agent) SELECT UNHEX(MD5(seq)), 1, UNHEX(MD5(seq)), '', 0, 0, 0, 0, " +
        ago(age) + ", '', '' FROM seq_1_to_" + std::to_string(count));
  }
  void add_revoked(int count, milliseconds age) {
    sql("INSERT INTO gh_revoked_tokens (jti, expires_at) SELECT UNHEX(MD5(seq)), " + ago(age) + " FROM seq_1_to_" +
        std::to_string(count));
  }

 private:
  CountedRandomness random_{7};
};

struct Row {
  const char* table;
  std::string insert;  // with %t for the time that decides
  milliseconds kept;   // after that time
};

TEST_F(Sweep, ARowStaysToTheLastMillisecondOfItsTimeAndGoesWithTheNext) {
  const Row rows[] = {
      {"gh_sessions",
       "INSERT INTO gh_sessions (id, user_id, refresh_jti, scopes, authenticated_at, created_at, last_used_at,"
       " expires_at, ends_at, address, user_agent) VALUES (UNHEX(MD5(1)), 1, UNHEX(MD5(1)), '', 0, 0, 0, 0, %t, '', "
       "'')",
       kKeptLonger},
      {"gh_revoked_tokens", "INSERT INTO gh_revoked_tokens (jti, expires_at) VALUES (UNHEX(MD5(1)), %t)", kKeptLonger},
      {"gh_throttle",
       "INSERT INTO gh_throttle (subject, address, failures, window_ends_at, locked_until) VALUES (UNHEX(SHA2(1, 256)),"
       " '', 1, %t, 0)",
       kKeptLonger},
      {"gh_allowances", "INSERT INTO gh_allowances (bucket, window_ends_at, drawn) VALUES (UNHEX(SHA2(1, 256)), %t, 1)",
       kKeptLonger},
      {"gh_api_keys",
       "INSERT INTO gh_api_keys (id, user_id, hash, prefix, scopes, requests_per_minute, created_at, revoked_at)"
       " VALUES (UNHEX(MD5(1)), 1, UNHEX(SHA2(1, 256)), '', '', 60, 0, %t)",
       kKeptLonger + days(30)},
      {"gh_known_addresses",
       "INSERT INTO gh_known_addresses (subject, address, last_login_at) VALUES (UNHEX(SHA2(1, 256)), '', %t)",
       kKeptLonger + days(400)},
      {"gh_audit_counts",
       "INSERT INTO gh_audit_counts (bucket, minute, event, user_id, address, events) VALUES (UNHEX(SHA2(1, 256)),"
       " %t DIV 60000, 'login_failure', NULL, '', 9)",
       kKeptLonger + days(400)},
      {"gh_login_steps",
       "INSERT INTO gh_login_steps (hash, user_id, account, scopes, created_at, expires_at)"
       " VALUES (UNHEX(SHA2(1, 256)), 1, UNHEX(SHA2(1, 256)), '', 0, %t)",
       kKeptLonger},
      {"gh_guard_codes",
       "INSERT INTO gh_guard_codes (hash, session_id, site, state, return_to, expires_at)"
       " VALUES (UNHEX(SHA2(1, 256)), UNHEX(MD5(1)), 'wiki', UNHEX(SHA2(1, 256)), '/', %t)",
       kKeptLonger},
      {"gh_guard_cookies",
       "INSERT INTO gh_guard_cookies (session_id, site, origin, hash, created_at, ends_at)"
       " VALUES (UNHEX(MD5(1)), 'wiki', 'https://a', UNHEX(SHA2(1, 256)), 0, %t)",
       kKeptLonger},
      {"gh_outbox",
       "INSERT INTO gh_outbox (id, kind, recipient, addressee, letter, state, created_at, due_at, ended_at)"
       " VALUES (UNHEX(MD5(1)), 'verify_email', '', UNHEX(SHA2(1, 256)), '', 'sent', 0, 0, %t)",
       kKeptLonger + days(1)},
      {"gh_email_tokens",
       "INSERT INTO gh_email_tokens (hash, user_id, purpose, email, created_at, expires_at)"
       " VALUES (UNHEX(SHA2(1, 256)), 1, 'verify', '', 0, %t)",
       kKeptLonger},
      {"gh_recovery_tokens",
       "INSERT INTO gh_recovery_tokens (hash, user_id, purpose, email, email_key, created_at, expires_at)"
       " VALUES (UNHEX(SHA2(1, 256)), 1, 'reset', '', '', 0, %t)",
       kKeptLonger},
      {"gh_signing_key_secrets", "UPDATE gh_signing_keys SET signs_from = 0, retires_at = %t", kKeptLonger},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.table);
    const auto add = [&](milliseconds age) {
      std::string statement = row.insert;
      statement.replace(statement.find("%t"), 2, ago(age));
      sql(statement);
    };
    add(row.kept);
    EXPECT_EQ(removed(run()), "nothing");
    EXPECT_EQ(changes(), "nothing");
    clock.advance(std::string_view(row.table) == "gh_audit_counts" ? milliseconds(minutes(1)) : milliseconds(1));
    EXPECT_EQ(removed(run()), std::string(row.table) + " 1");
    EXPECT_EQ(changes(), std::string(row.table) + " -1");
  }
}

TEST_F(Sweep, DeadMailStaysThirtyDaysAndWhatWaitsForEver) {
  sql("INSERT INTO gh_outbox (id, kind, recipient, addressee, letter, state, created_at, due_at, ended_at) VALUES"
      " (UNHEX(MD5(1)), 'verify_email', '', UNHEX(SHA2(1, 256)), '', 'dead', 0, 0, " +
      ago(kKeptLonger + days(30)) +
      "), (UNHEX(MD5(2)), 'verify_email', '', UNHEX(SHA2(1, 256)), '', 'waiting', 0, 0, NULL)");
  EXPECT_EQ(removed(run()), "nothing");
  clock.advance(milliseconds(1));
  EXPECT_EQ(removed(run()), "dead mail of gh_outbox 1");
  EXPECT_EQ(changes(), "gh_outbox -1");
}

TEST_F(Sweep, NothingOfAnInstallationInUseGoes) {
  add_user();
  const Answer login = log_in();
  post("auth_revoke", json_object({{"token", access_token()}}).bearing(login.text("access_token")));
  post("auth_token", form({{"username", "ann"}, {"password", "Wrong-Horse-1"}}));
  changes();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(removed(run()), "nothing");
    clock.advance(minutes(29));
  }
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(post("auth_refresh", json_object({{"refresh_token", login.text("refresh_token")}})).status, 200);
}

TEST_F(Sweep, ASessionThatHasIdledAwayOrWasEndedStaysUntilItsAbsoluteEndSoThatAReplayIsStillReuse) {
  add_user();
  const Answer first = log_in();
  const auto replay = [&](const Answer& answer) {
    return post("auth_refresh", json_object({{"refresh_token", answer.text("refresh_token")}}));
  };
  clock.advance(days(6));
  const Answer second = replay(first);
  EXPECT_EQ(second.status, 200);
  clock.advance(days(6));
  changes();
  // Eleven days of idling later, had it not been used; the first token is long dead, the second one is good.
  EXPECT_EQ(removed(run()), "nothing");
  const Answer third = replay(second);
  EXPECT_EQ(third.status, 200);
  EXPECT_EQ(removed(run()), "nothing");
  EXPECT_NE(replay(second).detail().find("reuse"), std::string::npos);
  changes();
  clock.advance(days(8));  // now all of its tokens are dead, and it was ended besides
  EXPECT_EQ(removed(run()), "nothing");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions"), "1");
  clock.advance(days(10) + minutes(5));
  EXPECT_EQ(removed(run()), "nothing");
  clock.advance(milliseconds(1));
  EXPECT_EQ(removed(run()), "gh_sessions 1");
}

TEST_F(Sweep, DeletesInSmallBatchesAndCountsThemAll) {
  add_sessions(250, days(1));
  add_revoked(200, days(1));
  delete_oneself("ann");
  config["PURGE_DELETED_DAYS"] = "1";
  config["ADDRESS_RETENTION_DAYS"] = "1";
  clock.advance(days(2));
  const auto process = sweeper();
  std::map<std::string, int> batches;
  process->database.on_statement = [&](const db::Statement& statement) { ++batches[statement.name()]; };
  const auto report = run(*process);
  EXPECT_TRUE(report.is_finished);
  EXPECT_EQ(removed(report).find("gh_sessions 250, gh_revoked_tokens 200"), 0U) << removed(report);
  EXPECT_EQ(batches["sweep.sessions"], 3);
  EXPECT_EQ(batches["sweep.revoked_tokens"], 3) << "whether there are more is known only by looking";
  EXPECT_EQ(batches["sweep.throttle"], 1);
  std::set<std::string> ran;
  for (const auto& [name, count] : batches) ran.insert(name);
  EXPECT_EQ(ran, golden_statements("sweep"));
}

TEST_F(Sweep, StopsWhenItsTimeIsUsedUpAndNoTableStarves) {
  add_sessions(600, days(1));
  add_revoked(150, days(1));
  const auto process = sweeper();
  int statements = 0;
  process->database.on_statement = [&](const db::Statement& statement) {
    if (!std::string_view(statement.name()).starts_with("sweep.")) return;
    ++statements;
    clock.advance(seconds(1));
  };
  auto report = run(*process, seconds(16));
  EXPECT_EQ(statements, 16);
  EXPECT_FALSE(report.is_finished);
  EXPECT_EQ(removed(report), "gh_sessions 200, gh_revoked_tokens 100");
  EXPECT_EQ(changes(), "gh_revoked_tokens -100, gh_sessions -200");
  report = run(*process, seconds(60));
  EXPECT_TRUE(report.is_finished);
  EXPECT_EQ(changes(), "gh_revoked_tokens -50, gh_sessions -400");
}

TEST_F(Sweep, TwoAtOnceDeleteEachRowOnce) {
  add_sessions(1000, days(1));
  add_revoked(1000, days(1));
  const auto said = in_processes(2, [&](int) -> std::function<std::string()> {
    std::shared_ptr<Process> process = sweeper();
    return [this, process] {
      std::int64_t rows = 0;
      for (const auto& table : run(*process).tables) rows += table.rows;
      return std::to_string(rows);
    };
  });
  EXPECT_EQ(std::stoi(said[0]) + std::stoi(said[1]), 2000);
  EXPECT_EQ(changes(), "gh_revoked_tokens -1000, gh_sessions -1000");
}

TEST_F(Sweep, KilledInTheMiddleItKeepsWhatItDidAndTheNextOneGoesOn) {
  add_sessions(260, days(1));
  std::fflush(nullptr);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    try {
      const auto process = sweeper();
      int batches = 0;
      process->database.on_statement = [&](const db::Statement& statement) {
        if (std::string_view(statement.name()) == "sweep.sessions" && ++batches == 3) ::kill(::getpid(), SIGKILL);
      };
      run(*process);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(changes(), "gh_sessions -200");
  EXPECT_EQ(removed(run()), "gh_sessions 60");
}

TEST_F(Sweep, APrivateKeyGoesWithItsLastTokenOrItsRevocationAndNoOther) {
  const std::string old_kid = value("SELECT kid FROM gh_signing_keys");
  rotate_key();
  clock.advance(minutes(11) + days(7));
  EXPECT_EQ(removed(run()), "nothing");
  clock.advance(minutes(6));
  EXPECT_EQ(removed(run()), "gh_signing_key_secrets 1");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_signing_key_secrets WHERE kid = '" + old_kid + "'"), "0");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_signing_keys"), "2") << "the public row names the past";
  add_user();
  log_in();
}

// ---- who deleted their own account ----

TEST_F(Sweep, WhoDeletedTheirOwnAccountIsPurgedWhenItsTimeHasComeAndNobodyElseIs) {
  const std::int64_t ann = delete_oneself("ann");
  add_user({.username = "bob"});
  add_user({.username = "eve"});
  log_in("bob");
  run_command({"user", "deactivate", "eve"});
  sql("DO 0");
  EXPECT_EQ(removed(run()), "nothing") << "0: they stay switched off";
  config["PURGE_DELETED_DAYS"] = "3";
  clock.advance(days(3));
  EXPECT_EQ(removed(run()), "nothing");
  clock.advance(milliseconds(1));
  EXPECT_EQ(removed(run()), "gh_users 1");
  EXPECT_EQ(audit(), "user_deleted user=" + std::to_string(ann) + " address= \"purged\"\n");
  EXPECT_EQ(changes(),
            "gh_api_keys -1, gh_audit +1, gh_known_addresses -1, gh_passwords -1, gh_sessions -2, gh_user_counts ~1, "
            "gh_users -1");
  EXPECT_EQ(value("SELECT GROUP_CONCAT(username ORDER BY id) FROM gh_users"), "bob,eve");
  EXPECT_EQ(removed(run()), "nothing");
  EXPECT_GT(add_user({.username = "ann"}), ann) << "the name and the address are free, the number is not";
}

TEST_F(Sweep, WhoWasSwitchedOnAgainIsNotPurgedNorIfAnAdministratorSwitchesThemOffLater) {
  delete_oneself("ann");
  config["PURGE_DELETED_DAYS"] = "1";
  EXPECT_EQ(run_command({"user", "activate", "ann"}).status, 0);
  clock.advance(days(2));
  sql("DO 0");
  EXPECT_EQ(removed(run()), "nothing");
  EXPECT_EQ(run_command({"user", "deactivate", "ann"}).status, 0);
  sql("DO 0");
  EXPECT_EQ(removed(run()), "nothing");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Sweep, WhoWasTouchedSinceByWhateverKnowsNothingOfDeletionsStays) {
  delete_oneself("ann");
  config["PURGE_DELETED_DAYS"] = "1";
  sql("UPDATE gh_users SET updated_at = updated_at + 1");
  clock.advance(days(2));
  EXPECT_EQ(removed(run()), "nothing");
  sql("UPDATE gh_users SET updated_at = deleted_at");
  EXPECT_EQ(removed(run()), "gh_users 1");
}

TEST_F(Sweep, NoSuperAdminIsPurged) {
  delete_oneself("ann");
  config["PURGE_DELETED_DAYS"] = "1";
  sql("UPDATE gh_users SET role = 'super_admin'");
  clock.advance(days(2));
  EXPECT_EQ(removed(run()), "nothing");
}

TEST_F(Sweep, WhoComesBackInTheMomentOfThePurgeStays) {
  delete_oneself("ann");
  config["PURGE_DELETED_DAYS"] = "1";
  clock.advance(days(2));
  const auto process = sweeper();
  process->database.on_statement = [&](const db::Statement& statement) {
    if (std::string_view(statement.name()) == "administration.hold_deleted") {
      admin.run("UPDATE gh_users SET is_active = 1, deleted_at = NULL");
    }
  };
  EXPECT_EQ(removed(run(*process)), "nothing");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_passwords"), "1");
}

TEST_F(Sweep, ManyArePurgedOneByOneUntilTheTimeIsUsedUp) {
  sql("INSERT INTO gh_users (birth, username, username_key, email, email_key, is_active, created_at, updated_at,"
      " deleted_at) SELECT UNHEX(MD5(seq)), seq, seq, seq, seq, 0, 0, seq, seq FROM seq_1_to_45");
  config["PURGE_DELETED_DAYS"] = "1";
  const auto process = sweeper();
  process->database.on_statement = [&](const db::Statement& statement) {
    if (std::string_view(statement.name()) == "administration.remove_user") clock.advance(seconds(1));
  };
  const auto report = run(*process, seconds(30));
  EXPECT_FALSE(report.is_finished);
  EXPECT_EQ(removed(report), "gh_users 30");
  EXPECT_EQ(removed(run()), "gh_users 15");
}

// ---- addresses ----

TEST_F(Sweep, AddressesOfSessionsGoWhenTheirTimeHasComeAndTheSessionsLiveOn) {
  add_user();
  const Answer old = log_in();
  clock.advance(hours(1));
  log_in();
  sql("DO 0");
  EXPECT_EQ(removed(run()), "nothing") << "0: they stay";
  config["ADDRESS_RETENTION_DAYS"] = "2";
  clock.advance(days(2) - hours(1));
  EXPECT_EQ(removed(run()), "nothing");
  clock.advance(milliseconds(1));
  EXPECT_EQ(removed(run()), "addresses of gh_sessions 1");
  EXPECT_EQ(changes(), "gh_sessions ~1");
  EXPECT_EQ(value("SELECT GROUP_CONCAT(LENGTH(address) ORDER BY created_at) FROM gh_sessions"), "0,4");
  EXPECT_EQ(post("auth_refresh", json_object({{"refresh_token", old.text("refresh_token")}})).status, 200);
}

TEST_F(Sweep, AddressesOfAnyNumberOfSessionsGo) {
  sql("INSERT INTO gh_sessions (id, user_id, refresh_jti, scopes, authenticated_at, created_at, last_used_at,"
      " expires_at, ends_at, address, user_agent) SELECT UNHEX(MD5(seq)), 1, UNHEX(MD5(seq)), '', 0, " +
      ago(days(3)) + ", 0, 0, " + ago(days(-27)) + " + seq DIV 7, 'abcd', 'x' FROM seq_1_to_777");
  config["ADDRESS_RETENTION_DAYS"] = "2";
  EXPECT_EQ(removed(run()), "addresses of gh_sessions 777");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions WHERE address <> '' OR user_agent <> ''"), "0");
}

TEST_F(Sweep, WhatAnAccountWasUsedFromIsKeptNoLongerThanAddressesAre) {
  sql("INSERT INTO gh_known_addresses (subject, address, last_login_at) VALUES (UNHEX(SHA2(1, 256)), 'abcd', " +
      ago(days(3)) + ")");
  sql("INSERT INTO gh_audit_counts (bucket, minute, event, user_id, address, events) VALUES (UNHEX(SHA2(1, 256)), " +
      ago(days(3)) + " DIV 60000, 'login_failure', NULL, 'abcd', 9)");
  EXPECT_EQ(removed(run()), "nothing");
  config["ADDRESS_RETENTION_DAYS"] = "2";
  EXPECT_EQ(removed(run()), "gh_known_addresses 1, gh_audit_counts 1");
}

TEST_F(Sweep, TheCommandSaysWhatItRemoved) {
  sql("INSERT INTO gh_revoked_tokens (jti, expires_at) SELECT UNHEX(MD5(seq)), 1 FROM seq_1_to_7");
  sql("UPDATE gh_signing_keys SET retires_at = NULL");
  const Said said = run_command({"sweep"});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_EQ(said.out.find("gh_sessions: 0\ngh_revoked_tokens: 7\ngh_throttle: 0\ngh_allowances: 0\ngh_api_keys: 0\n"
                          "gh_known_addresses: 0\ngh_audit_counts: 0\ngh_login_steps: 0\ngh_guard_codes: 0\n"
                          "gh_guard_cookies: 0\ngh_outbox: 0\ndead mail of gh_outbox: 0\ngh_email_tokens: 0\n"
                          "gh_recovery_tokens: 0\n"
                          "gh_signing_key_secrets: 0\nsealed "),
            0U)
      << said.out;
  for (const char* nonsense : {"0", "-1", "x", "86401", ""}) {
    EXPECT_EQ(run_command({"sweep", "--seconds", nonsense}).status, 1) << nonsense;
  }
  EXPECT_EQ(changes(), "gh_audit_seals +1, gh_revoked_tokens -7");
}

TEST_F(Sweep, ByRequestsComesOnceAnHourWhoeverAsks) {
  const auto left = [&] { return value("SELECT COUNT(*) FROM gh_revoked_tokens"); };
  const auto ask = [&] { sweep::sweep_if_due(operators_occasion()); };
  add_revoked(3, hours(1));
  ask();
  EXPECT_EQ(left(), "0");
  add_revoked(3, hours(1));
  ask();
  EXPECT_EQ(left(), "3");
  clock.advance(hours(1));
  ask();
  EXPECT_EQ(left(), "0");
}

TEST_F(Sweep, ByRequestsOfAnAccountThatMayNotSaysSoInTheLogAndNothingElse) {
  std::string said;
  CountedRandomness random(8);
  Process process(load_settings(basic_config()), "users_me", keys::Power::verifies, clock, random,
                  [&](std::string_view line) { said += line; });
  sweep::sweep_if_due({.process = process, .now = clock.now()});
  EXPECT_NE(said.find("the sweep failed"), std::string::npos) << said;
}

}  // namespace
}  // namespace gatehouse::test
