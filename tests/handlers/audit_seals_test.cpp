// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "auth/audit/seal_key.h"
#include "auth/audit/seals.h"
#include "base/failure.h"
#include "support/commands.h"
#include "support/parallel.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

// It is noon and a quarter of a second: the hour that began at ten closed an hour ago.
class AuditSeals : public World {
 protected:
  AuditSeals() : config(basic_config()) { std::filesystem::remove(config["AUDIT_KEY_FILE"]); }

  std::unique_ptr<Process> sealer() {
    auto process = std::make_unique<Process>(load_settings(config), "audit_seal", keys::Power::verifies, clock, random_,
                                             [](std::string_view) {});
    process->database.on_statement = [allowed = golden_statements("audit_seal")](const db::Statement& statement) {
      EXPECT_TRUE(allowed.contains(statement.name())) << statement.name();
    };
    return process;
  }
  audit::Sealed run(Process& process, seconds budget = seconds(60)) {
    return audit::seal({.process = process, .now = clock.now()}, budget);
  }
  // "T10Z 3, T11Z 0"
  std::string seal() {
    std::string text;
    for (const audit::Seal& seal : run(*sealer()).seals) {
      text +=
          (text.empty() ? "" : ", ") + audit::name_of_hour(seal.hour).substr(10) + " " + std::to_string(seal.row_count);
    }
    return text.empty() ? "nothing" : text;
  }

  // `count` rows, the first this long ago and a second between.
  void add_rows(int count, milliseconds ago) {
    sql("INSERT INTO gh_audit (at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id,"
        " detail) SELECT " +
        std::to_string(to_millis(clock.now() - ago)) +
        " + 1000 * seq, 'login_failure', seq, UNHEX(MD5(seq)), UNHEX('0a000001'), 'ab', 'c', NULL, NULL, NULL FROM "
        "seq_1_to_" +
        std::to_string(count));
  }

  std::vector<crypto::VerifyingKey> keys() {
    std::vector<crypto::VerifyingKey> keys;
    keys.push_back(crypto::VerifyingKey::from_public_der(crypto::Algorithm::es256,
                                                         audit::read_seal_key(load_settings(config))->public_der()));
    return keys;
  }
  // What is wrong, "T10Z: rows were removed …\n" each.
  std::string verify() {
    std::string wrong;
    verdict = audit::verify(operators_occasion(), keys(), known, [&](audit::Hour hour, const std::string& what) {
      wrong += audit::name_of_hour(hour).substr(10) + ": " + what + "\n";
    });
    return wrong.empty() ? "whole" : wrong;
  }
  std::optional<crypto::Digest> last_digest() {
    verify();
    return verdict.last->digest;
  }

  Config config;
  std::optional<crypto::Digest> known;
  audit::Verdict verdict;

 private:
  CountedRandomness random_{11};
};

TEST_F(AuditSeals, AnHourIsSealedAnHourAfterItClosedAndOnce) {
  clock.advance(-milliseconds(250));
  clock.advance(-milliseconds(1));
  add_rows(1, hours(1) + seconds(1));  // 10:59:59.999
  EXPECT_EQ(seal(), "T09Z 0") << "ten o'clock's closed less than an hour ago";
  clock.advance(milliseconds(1));
  EXPECT_EQ(seal(), "T10Z 1");
  EXPECT_EQ(changes(), "gh_audit_seals +2");
  EXPECT_EQ(seal(), "nothing");
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(verify(), "whole");
}

TEST_F(AuditSeals, HoursWithoutRowsHaveSealsTooAndTheFirstOneHoldsWhateverWasBefore) {
  add_rows(2, days(90));
  add_rows(1, days(9000));
  sql("INSERT INTO gh_audit (at, event, address, user_agent, request_id) VALUES"
      " (-9223372036854775808, 'x', '', '', ''), (-1, 'x', '', '', '')");
  EXPECT_EQ(seal(), "T10Z 5");
  clock.advance(hours(4));
  add_rows(1, hours(3));  // 13:00:01
  EXPECT_EQ(seal(), "T11Z 0, T12Z 0, T13Z 1, T14Z 0");
  EXPECT_EQ(verify(), "whole");
  EXPECT_EQ(verdict.seals, 5);
  EXPECT_EQ(verdict.rows, 6);
  EXPECT_EQ(verdict.unsealed_rows, 0);
  add_rows(3, minutes(1));
  EXPECT_EQ(verify(), "whole");
  EXPECT_EQ(verdict.unsealed_rows, 3);
}

TEST_F(AuditSeals, RowsOfOneMillisecondAndOfMoreThanOneBatchAreAllSealed) {
  const std::string at = std::to_string(to_millis(clock.now() - minutes(90)));
  sql("INSERT INTO gh_audit (at, event, address, user_agent, request_id) SELECT " + at +
      " + seq DIV 1500, 'x', '', '', seq FROM seq_1_to_3600");
  EXPECT_EQ(seal(), "T10Z 3600");
  EXPECT_EQ(verify(), "whole");
  for (const char* id : {"1", "999", "1000", "1001", "1500", "3600"}) {
    sql("UPDATE gh_audit SET request_id = 'y' WHERE id = " + std::string(id));
    EXPECT_NE(verify(), "whole") << id;
    sql("UPDATE gh_audit SET request_id = id WHERE id = " + std::string(id));
    EXPECT_EQ(verify(), "whole") << id;
  }
}

struct Tampering {
  const char* name;
  std::string with;  // statements, apart by ';'
  const char* found;
};

TEST_F(AuditSeals, WhateverIsDoneToSealedRowsAndSealsIsFound) {
  add_rows(3, hours(2));  // 10:00:01, ids 1 to 3
  EXPECT_EQ(seal(), "T10Z 3");
  clock.advance(hours(3));
  add_rows(2, hours(4) + minutes(30));  // 10:30 would be an addition
  sql("DELETE FROM gh_audit WHERE id > 3");
  add_rows(2, hours(3) - minutes(1));  // 12:01, ids 6 and 7
  EXPECT_EQ(seal(), "T11Z 0, T12Z 2, T13Z 0");
  ASSERT_EQ(verify(), "whole");
  const std::string noon = value("SELECT MAX(hour) - 1 FROM gh_audit_seals");
  const std::string of_noon = " WHERE hour = " + noon;
  const std::string of_ten = " WHERE hour = " + noon + " - 2";
  const auto insert_at = [](const std::string& at) {
    return "INSERT INTO gh_audit (at, event, address, user_agent, request_id) VALUES (" + at + ", 'x', '', '', '')";
  };
  const std::string noon_at = noon + " * 3600000";

  std::vector<Tampering> all{
      {"a row removed", "DELETE FROM gh_audit WHERE id = 2", "T10Z: rows were removed: 3 were sealed, 2 are there\n"},
      {"the last row removed", "DELETE FROM gh_audit WHERE id = 7", "T12Z: rows were removed: 2 were sealed, 1 are"},
      {"all rows of an hour removed", "DELETE FROM gh_audit WHERE id > 3", "T12Z: rows were removed: 2 were sealed, 0"},
      {"a row added", insert_at(noon_at), "T12Z: rows were added: 2 were sealed, 3 are there\n"},
      {"a row added at the end of the hour", insert_at(noon_at + " + 3599999"), "T12Z: rows were added"},
      {"a row added to an empty hour", insert_at(noon_at + " - 1"), "T11Z: rows were added: 0 were sealed, 1 are"},
      {"a row added before everything", insert_at("5"), "T10Z: rows were added: 3 were sealed, 4 are there\n"},
      {"a row before 1970", insert_at("-5"), "T10Z: rows were added"},
      {"a row put in place of another", "DELETE FROM gh_audit WHERE id = 7;" + insert_at(noon_at), "T12Z: the rows or"},
      {"another time", "UPDATE gh_audit SET at = at + 1 WHERE id = 2",
       "T10Z: the rows or their seal were changed (3 rows"},
      {"another hour", "UPDATE gh_audit SET at = " + noon_at + " WHERE id = 2", "T10Z: rows were removed"},
      {"another hour, seen from there", "UPDATE gh_audit SET at = " + noon_at + " WHERE id = 2",
       "T12Z: rows were added"},
      {"two rows in another order",
       "UPDATE gh_audit SET id = 99 WHERE id = 2;UPDATE gh_audit SET id = 2 WHERE id = 3;"
       "UPDATE gh_audit SET id = 3 WHERE id = 99",
       "T10Z: the rows or"},
      {"the times of two rows swapped",
       "UPDATE gh_audit SET at = at + 1000 WHERE id = 1;UPDATE gh_audit SET at = at - 1000 WHERE id = 2", "T10Z: the"},
      {"a byte moved to the next column", "UPDATE gh_audit SET user_agent = 'a', request_id = 'bc' WHERE id = 2",
       "T10Z: the rows or"},
      {"an empty text for none", "UPDATE gh_audit SET detail = '' WHERE id = 2", "T10Z: the rows or"},
      {"a row moved to another place of the chain, with its seal",
       "UPDATE gh_audit_seals SET hour = hour + 100" + of_noon, "are missing"},
      {"a seal removed", "DELETE FROM gh_audit_seals" + of_noon, "T12Z to 2026-03-01T12Z are missing"},
      {"an empty seal removed", "DELETE FROM gh_audit_seals WHERE hour = " + noon + " - 1", "are missing"},
      {"an hour and its seal removed", "DELETE FROM gh_audit WHERE id > 3;DELETE FROM gh_audit_seals" + of_noon,
       "T13Z: it does not follow the seal before it"},
      {"the first seal removed", "DELETE FROM gh_audit_seals" + of_ten, "T11Z: the seals before it are missing"},
      {"signatures swapped",
       "SET @a = (SELECT signature FROM gh_audit_seals" + of_ten + ");SET @b = (SELECT signature FROM gh_audit_seals" +
           of_noon + ");UPDATE gh_audit_seals SET signature = @b" + of_ten +
           ";UPDATE gh_audit_seals SET signature = @a" + of_noon,
       "T10Z: the seal's signature is wrong"},
      {"no signature", "UPDATE gh_audit_seals SET signature = ''" + of_noon, "T12Z: the seal's signature is wrong"},
  };
  for (const char* column :
       {"event = 'y'", "user_id = 9", "user_id = NULL", "session_id = NULL", "address = ''", "user_agent = ''",
        "request_id = 'd'", "actor_id = 1", "key_id = REPEAT('k', 16)", "detail = 'd'", "id = 99"}) {
    all.push_back({column, std::string("UPDATE gh_audit SET ") + column + " WHERE id = 2", "T10Z: "});
  }
  for (const char* column :
       {"hour = hour + 1000", "row_count = 1", "first_id = 1", "last_id = 99", "previous = REPEAT('0', 32)",
        "digest = REPEAT('0', 32)", "sealed_at = 1", "signature = REPEAT('0', 64)"}) {
    all.push_back({column, std::string("UPDATE gh_audit_seals SET ") + column + of_noon, "signature is wrong"});
  }

  admin.run("CREATE DATABASE kept");
  const std::vector<std::string> tables{"gh_audit", "gh_audit_seals"};
  for (const std::string& table : tables) admin.run("CREATE TABLE kept." + table + " AS SELECT * FROM " + table);
  for (const Tampering& tampering : all) {
    SCOPED_TRACE(tampering.name);
    for (std::size_t start = 0; start < tampering.with.size();) {
      const std::size_t end = std::min(tampering.with.find(';', start), tampering.with.size());
      admin.run(tampering.with.substr(start, end - start));
      start = end + 1;
    }
    const std::string found = verify();
    EXPECT_NE(found.find(tampering.found), std::string::npos) << found;
    for (const std::string& table : tables) {
      admin.run("DELETE FROM " + table);
      admin.run("INSERT INTO " + table + " SELECT * FROM kept." + table);
    }
    ASSERT_EQ(verify(), "whole") << "restored";
  }
  admin.run("DROP DATABASE kept");
}

TEST_F(AuditSeals, SealsOfAnotherKeyAreFoundAlsoWhereTheWholeChainIsMadeAnew) {
  add_rows(3, hours(2));
  seal();
  const auto honest = keys();
  sql("DELETE FROM gh_audit WHERE id = 2");
  sql("DELETE FROM gh_audit_seals");
  config["AUDIT_KEY_FILE"] += ".another";
  EXPECT_EQ(seal(), "T10Z 2");
  EXPECT_EQ(verify(), "whole") << "for who believes the other key";
  std::string wrong;
  audit::verify(operators_occasion(), honest, std::nullopt,
                [&](audit::Hour, const std::string& what) { wrong += what + "\n"; });
  EXPECT_EQ(wrong, "the seal's signature is wrong\n");
  std::filesystem::remove(config["AUDIT_KEY_FILE"]);
}

TEST_F(AuditSeals, ThatTheNewestSealsWereCutOffShowsBySyslogsCopyOnly) {
  add_rows(3, hours(2));
  seal();
  clock.advance(hours(1));
  add_rows(3, hours(2));
  seal();
  known = last_digest();
  EXPECT_EQ(verify(), "whole");
  EXPECT_TRUE(verdict.has_known);
  sql("DELETE FROM gh_audit WHERE id > 3");
  sql("DELETE FROM gh_audit_seals ORDER BY hour DESC LIMIT 1");
  EXPECT_EQ(verify(), "whole") << "for all that the database can say";
  EXPECT_FALSE(verdict.has_known);
}

// ---- sealing goes wrong ----

TEST_F(AuditSeals, TwoAtOnceMakeOneChain) {
  add_rows(500, hours(50));
  add_rows(500, hours(2));
  ASSERT_EQ(seal(), "T10Z 1000");  // so that the key is there
  sql("DELETE FROM gh_audit_seals");
  clock.advance(-hours(40));
  for (int round = 0; round < 6; ++round) {
    clock.advance(hours(7));
    const auto said = in_processes(2, [&](int) -> std::function<std::string()> {
      std::shared_ptr<Process> process = sealer();
      return [this, process] { return std::to_string(run(*process).seals.size()); };
    });
    EXPECT_EQ(std::stoi(said[0]) + std::stoi(said[1]), round == 0 ? 1 : 7);
    EXPECT_EQ(verify(), "whole");
  }
}

TEST_F(AuditSeals, TwoThatBeginTheChainOnBothSidesOfAFullHourMakeOneChain) {
  add_rows(3, hours(3));
  const auto early = sealer();
  const auto late = sealer();
  ASSERT_TRUE(audit::make_seal_key(early->settings));
  bool is_done = false;
  early->database.on_statement = [&](const db::Statement& statement) {
    if (std::string_view(statement.name()) != "audit.insert_seal" || is_done) return;
    is_done = true;
    audit::seal({.process = *late, .now = clock.now() + hours(1)}, seconds(60));
  };
  audit::seal({.process = *early, .now = clock.now()}, seconds(60));
  EXPECT_TRUE(is_done);
  EXPECT_EQ(verify(), "whole");
  EXPECT_EQ(verdict.seals, 1);
}

TEST_F(AuditSeals, KilledAtAnyStatementTheNextOneGoesOn) {
  config["AUDIT_RETENTION_DAYS"] = "1";
  ASSERT_TRUE(audit::make_seal_key(load_settings(config)));
  int statements = 1;
  for (int last = 1; last <= statements; ++last) {
    SCOPED_TRACE("killed at statement " + std::to_string(last));
    for (const char* table : {"gh_audit", "gh_audit_seals", "gh_audit_drops"}) sql(std::string("DELETE FROM ") + table);
    add_rows(150, days(3));  // two batches for retention
    run(*sealer());
    clock.advance(hours(20));
    run(*sealer());
    clock.advance(hours(3));  // three hours to seal, and the first one to drop
    add_rows(3, hours(2));
    int count = 0;
    std::fflush(nullptr);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto process = sealer();
      process->database.on_statement = [&](const db::Statement&) {
        if (++count == last) ::kill(::getpid(), SIGKILL);
      };
      try {
        run(*process);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
      }
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) ++statements;
    EXPECT_EQ(verify(), "whole");
    EXPECT_TRUE(run(*sealer()).is_finished);
    EXPECT_EQ(verify(), "whole");
    EXPECT_EQ(verdict.hours_dropped, 1);
    EXPECT_EQ(verdict.rows, 3);
    clock.advance(-hours(23));
  }
  EXPECT_GT(statements, 15);
}

TEST_F(AuditSeals, StopsWhenItsTimeIsUsedUpAndGoesOnTheNextTime) {
  seal();
  clock.advance(hours(10));
  const auto process = sealer();
  process->database.on_statement = [&](const db::Statement& statement) {
    if (std::string_view(statement.name()) == "audit.insert_seal") clock.advance(seconds(10));
  };
  auto sealed = run(*process, seconds(30));
  EXPECT_EQ(sealed.seals.size(), 3U);
  EXPECT_FALSE(sealed.is_finished);
  sealed = run(*process, seconds(300));
  EXPECT_EQ(sealed.seals.size(), 7U);
  EXPECT_TRUE(sealed.is_finished);
  EXPECT_EQ(verify(), "whole");
}

TEST_F(AuditSeals, AChainThatWasTamperedWithIsNotGoneOnWithForEver) {
  seal();
  clock.advance(hours(3));
  seal();
  sql("UPDATE gh_audit_seals SET hour = 5 ORDER BY hour DESC LIMIT 1");
  EXPECT_THROW(seal(), Failure);
}

// ---- the key ----

TEST_F(AuditSeals, TheKeyIsMadeOnceAndOnlyItsOwnerReadsIt) {
  seal();
  const std::string file = config["AUDIT_KEY_FILE"];
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0400U);
  const auto read = [&] {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string key = read();
  EXPECT_FALSE(audit::make_seal_key(load_settings(config)));
  clock.advance(hours(2));
  seal();
  EXPECT_EQ(read(), key);
}

TEST_F(AuditSeals, WithoutTheKeyOfTheSealsThatAreThereNothingIsSealedAndNoneIsMade) {
  seal();
  changes();
  clock.advance(hours(2));
  std::filesystem::remove(config["AUDIT_KEY_FILE"]);
  EXPECT_THROW(seal(), Misconfigured);
  std::ofstream(config["AUDIT_KEY_FILE"]) << "garbage";
  ::chmod(config["AUDIT_KEY_FILE"].c_str(), 0600);
  EXPECT_THROW(seal(), Misconfigured);
  ::chmod(config["AUDIT_KEY_FILE"].c_str(), 0644);
  EXPECT_THROW(seal(), Misconfigured);
  EXPECT_EQ(changes(), "nothing");
}

// ---- retention ----

TEST_F(AuditSeals, RetentionDropsWholeSealedHoursAndKeepsTheirSeals) {
  add_rows(250, hours(2));
  seal();
  clock.advance(hours(3));
  add_rows(4, hours(3) - minutes(1));  // 12:01
  seal();
  config["AUDIT_RETENTION_DAYS"] = "1";
  changes();
  clock.advance(hours(19));  // 10:00 of the next day, 23 hours after eleven
  EXPECT_EQ(run(*sealer()).rows_dropped, 0);
  clock.advance(hours(1) - milliseconds(251));  // a millisecond before eleven
  EXPECT_EQ(run(*sealer()).rows_dropped, 0);
  changes();
  clock.advance(milliseconds(1));
  EXPECT_EQ(run(*sealer()).rows_dropped, 250);
  EXPECT_EQ(changes(), "gh_audit -250, gh_audit_drops +1, gh_audit_seals +1");
  EXPECT_EQ(verify(), "whole");
  EXPECT_EQ(verdict.hours_dropped, 1);
  EXPECT_EQ(verdict.rows, 4);
  clock.advance(hours(2));
  EXPECT_EQ(run(*sealer()).rows_dropped, 4);
  EXPECT_EQ(verify(), "whole");
  EXPECT_EQ(verdict.hours_dropped, 2);
}

TEST_F(AuditSeals, WhatIsNotSealedIsNotDropped) {
  config["AUDIT_RETENTION_DAYS"] = "1";
  ASSERT_EQ(seal(), "T10Z 0");
  add_rows(3, minutes(59));
  clock.advance(days(3));
  const auto process = sealer();
  process->database.on_statement = [&](const db::Statement& statement) {
    if (std::string_view(statement.name()) == "audit.insert_seal") clock.advance(seconds(10));
  };
  const auto sealed = run(*process, seconds(5));  // T11Z only
  EXPECT_EQ(sealed.rows_dropped, 0);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit"), "3");
}

TEST_F(AuditSeals, RemovalIsToldFromRetention) {
  config["AUDIT_RETENTION_DAYS"] = "1";
  add_rows(3, hours(2));
  seal();
  clock.advance(hours(2));
  add_rows(3, hours(2) - minutes(1));
  seal();
  clock.advance(hours(22));
  ASSERT_EQ(run(*sealer()).rows_dropped, 3);
  ASSERT_EQ(verify(), "whole");
  const std::string dropped = value("SELECT hour FROM gh_audit_drops");
  const std::string drop = value("SELECT HEX(signature) FROM gh_audit_drops");

  sql("DELETE FROM gh_audit WHERE id > 3");
  EXPECT_NE(verify().find("T12Z: rows were removed: 3 were sealed, 0 are there"), std::string::npos) << verify();
  // The note of one hour says nothing about another.
  sql("INSERT INTO gh_audit_drops SELECT hour + 2, dropped_at, signature FROM gh_audit_drops");
  EXPECT_NE(verify().find("T12Z: the signature of the note that retention dropped its rows is wrong"),
            std::string::npos);
  sql("DELETE FROM gh_audit_drops WHERE hour <> " + dropped);
  // Without its note, what retention dropped was removed.
  sql("DELETE FROM gh_audit_drops");
  EXPECT_NE(verify().find("T10Z: rows were removed"), std::string::npos);
  sql("INSERT INTO gh_audit_drops VALUES (" + dropped + ", 5, X'" + drop + "')");
  EXPECT_NE(verify().find("T10Z: the signature of the note"), std::string::npos) << "at another time";
}

TEST_F(AuditSeals, RowsPutIntoAnHourThatWasDroppedAreFound) {
  config["AUDIT_RETENTION_DAYS"] = "1";
  add_rows(3, hours(2));
  seal();
  clock.advance(hours(2));
  add_rows(3, hours(2) - minutes(1));
  seal();
  const auto forge = [&](const char* hour) {
    sql("INSERT INTO gh_audit (at, event, address, user_agent, request_id) SELECT hour * 3600000, 'x', '', '', '' FROM "
        "gh_audit_drops ORDER BY hour " +
        std::string(hour) + " LIMIT 1");
  };
  clock.advance(hours(26));
  run(*sealer());
  forge("ASC");
  EXPECT_EQ(verify(), "T10Z: retention has dropped its rows, but 1 are there\n");
  sql("DELETE FROM gh_audit WHERE event = 'x'");
  forge("DESC");
  EXPECT_EQ(verify(), "whole");
  EXPECT_TRUE(verdict.being_dropped) << "the newest may be half gone, and is said to prove nothing";
  run(*sealer());
  EXPECT_EQ(verify(), "whole");
  EXPECT_FALSE(verdict.being_dropped);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit"), "0");
}

// ---- addresses ----

class AuditAddresses : public AuditSeals {
 protected:
  // Two hours of three rows each, sealed and two days old.
  AuditAddresses() {
    add_rows(3, hours(2));
    seal();
    add_rows(3, hours(1));
    clock.advance(hours(48));
    seal();
    changes();
    config["ADDRESS_RETENTION_DAYS"] = "1";
  }
  std::string addresses() { return value("SELECT COUNT(*) FROM gh_audit WHERE address <> '' OR user_agent <> ''"); }
};

TEST_F(AuditAddresses, GoWithTheirUserAgentsAndTheRestVerifiesAsBefore) {
  ASSERT_EQ(verify(), "whole");
  EXPECT_EQ(run(*sealer()).rows_blanked, 6);
  EXPECT_EQ(changes(), "gh_audit ~6, gh_audit_blanks +2");
  EXPECT_EQ(addresses(), "0");
  EXPECT_EQ(verify(), "whole");
  EXPECT_EQ(verdict.hours_blanked, 2);
  EXPECT_EQ(verdict.rows, 6);
  EXPECT_EQ(run(*sealer()).rows_blanked, 0);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuditAddresses, OfTheLastDaysStay) {
  add_rows(2, hours(20));
  config["ADDRESS_RETENTION_DAYS"] = "3";
  EXPECT_EQ(run(*sealer()).rows_blanked, 0);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuditAddresses, ARowThatIsChangedOrTakenOrAddedAfterwardsIsFound) {
  run(*sealer());
  const auto wrong = [&](const std::string& statement, const std::string& back) {
    sql(statement);
    const std::string said = verify();
    sql(back);
    EXPECT_EQ(verify(), "whole") << back;
    return said;
  };
  EXPECT_NE(wrong("UPDATE gh_audit SET event = 'logout' WHERE id = 1", "UPDATE gh_audit SET event = 'login_failure'")
                .find("T10Z: the rows or their seal were changed"),
            std::string::npos);
  EXPECT_NE(wrong("UPDATE gh_audit SET user_id = 9 WHERE id = 2", "UPDATE gh_audit SET user_id = 2 WHERE id = 2")
                .find("T10Z: the rows or their seal were changed"),
            std::string::npos);
  EXPECT_NE(wrong("UPDATE gh_audit SET address = 'abcd' WHERE id = 1", "UPDATE gh_audit SET address = ''")
                .find("T10Z: retention took its addresses, but there are some"),
            std::string::npos);
  EXPECT_NE(wrong("UPDATE gh_audit_blanks SET blanked_at = blanked_at + 1 ORDER BY hour LIMIT 1",
                  "UPDATE gh_audit_blanks SET blanked_at = blanked_at - 1 ORDER BY hour LIMIT 1")
                .find("T10Z: the signature of the note that retention took its addresses is wrong"),
            std::string::npos);
  sql("DELETE FROM gh_audit WHERE id = 1");
  EXPECT_NE(verify().find("T10Z: rows were removed: 3 were sealed, 2 are there"), std::string::npos) << verify();
}

TEST_F(AuditAddresses, WithoutANoteTheyWereRemovedByHand) {
  sql("UPDATE gh_audit SET address = '', user_agent = ''");
  EXPECT_NE(verify().find("T10Z: the rows or their seal were changed"), std::string::npos);
}

TEST_F(AuditAddresses, AnHourThatIsNotAsItWasSealedKeepsThemSinceANoteWouldVouchForIt) {
  sql("UPDATE gh_audit SET event = 'logout' WHERE id = 1");
  const auto sealed = run(*sealer());
  EXPECT_EQ(sealed.rows_blanked, 3);
  ASSERT_EQ(sealed.untouched.size(), 1U);
  EXPECT_EQ(audit::name_of_hour(sealed.untouched[0]).substr(10), "T10Z");
  EXPECT_EQ(addresses(), "3");
  EXPECT_NE(verify().find("T10Z: the rows or their seal were changed"), std::string::npos);
}

TEST_F(AuditAddresses, KilledBetweenTheNoteAndTheRowsItStillVerifiesAndTheNextOneGoesOn) {
  const auto process = sealer();
  process->database.on_statement = [&](const db::Statement& statement) {
    if (std::string_view(statement.name()) == "audit.blank_rows") throw Failure("killed");
  };
  EXPECT_THROW(run(*process), Failure);
  EXPECT_EQ(changes(), "gh_audit_blanks +1");
  sql("UPDATE gh_audit SET address = '' WHERE id = 2");
  EXPECT_EQ(verify(), "whole");
  EXPECT_EQ(run(*sealer()).rows_blanked, 6);
  EXPECT_EQ(verify(), "whole");
}

TEST_F(AuditAddresses, AnHourThatAnotherIsKilledAtIsFinishedByWhoMeetsIt) {
  const auto killed = sealer();
  killed->database.on_statement = [&](const db::Statement& statement) {
    if (std::string_view(statement.name()) == "audit.blank_rows") throw Failure("killed");
  };
  const auto process = sealer();
  bool is_killed = false;
  process->database.on_statement = [&](const db::Statement& statement) {
    if (is_killed || std::string_view(statement.name()) != "audit.next_to_drop") return;
    is_killed = true;
    EXPECT_THROW(run(*killed), Failure);
    sql("UPDATE gh_audit SET address = '' WHERE id = 2");
  };
  EXPECT_TRUE(run(*process).untouched.empty());
  EXPECT_TRUE(is_killed);
  EXPECT_EQ(addresses(), "0");
  EXPECT_EQ(verify(), "whole");
}

TEST_F(AuditAddresses, OfHoursThatAreDroppedLaterLeaveNothing) {
  run(*sealer());
  config["AUDIT_RETENTION_DAYS"] = "1";
  EXPECT_EQ(run(*sealer()).rows_dropped, 6);
  EXPECT_EQ(verify(), "whole");
  EXPECT_EQ(verdict.hours_dropped, 2);
}

TEST_F(AuditAddresses, OfAFullHourGoInBatches) {
  add_rows(777, minutes(20));
  clock.advance(hours(48));
  EXPECT_EQ(run(*sealer()).rows_blanked, 783);
  EXPECT_EQ(addresses(), "0");
  EXPECT_EQ(verify(), "whole");
}

// ---- the commands ----

class AuditCommands : public AuditSeals {
 protected:
  Said run(const std::vector<std::string>& words) { return run_command(words, config); }
  // Digits of digests and times of day are another each time.
  static std::string masked(const std::string& text) {
    return std::regex_replace(std::regex_replace(text, std::regex("[0-9a-f]{64}"), "D"),
                              std::regex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}Z"), "H");
  }
};

TEST_F(AuditCommands, SealSaysWhatItSealedAndVerifyFindsItWhole) {
  EXPECT_EQ(run({"audit", "verify"}).status, 1) << "no key yet";
  add_rows(3, hours(2));
  changes();
  const Said sealed = run({"audit", "seal"});
  EXPECT_EQ(sealed.status, 0) << sealed.err;
  EXPECT_EQ(masked(sealed.out), "sealed H: 3 rows, digest D\n");
  EXPECT_EQ(changes(), "gh_audit_seals +1");
  const Said verified = run({"audit", "verify"});
  EXPECT_EQ(verified.status, 0) << verified.err;
  EXPECT_EQ(masked(verified.out),
            "1 hour is sealed, from H to H; 3 rows\nnot sealed yet: 0 rows\nthe last seal is D\n");
  const std::string digest = verified.out.substr(verified.out.rfind(' ') + 1, 64);
  EXPECT_EQ(run({"audit", "verify", "--known", digest}).status, 0);
  EXPECT_EQ(run({"audit", "verify", "--known", std::string(64, '0')}).status, 1);
  EXPECT_EQ(run({"audit", "verify", "--known", "0"}).status, 1);

  sql("DELETE FROM gh_audit WHERE id = 2");
  const Said broken = run({"audit", "verify"});
  EXPECT_EQ(broken.status, 1);
  EXPECT_EQ(masked(broken.out).find("H: rows were removed: 3 were sealed, 2 are there\n"), 0U) << broken.out;
  EXPECT_EQ(broken.err, "gatehouse audit verify: the audit trail is not as it was sealed: see above\n");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuditCommands, ThePublicHalfVerifiesElsewhereAndAnotherOneDoesNot) {
  run({"audit", "seal"});
  const std::string file = installation().folder.path() + "/audit.pub";
  const std::string key_set = run({"audit", "key"}).out;
  std::ofstream(file) << key_set;
  std::filesystem::rename(config["AUDIT_KEY_FILE"], config["AUDIT_KEY_FILE"] + ".away");
  EXPECT_EQ(run({"audit", "verify"}).status, 1);
  EXPECT_EQ(run({"audit", "verify", "--public-key", file}).status, 0);

  EXPECT_EQ(run({"audit", "key"}).status, 1);
  const Said other = run({"audit", "key", "--make", "yes"});
  EXPECT_EQ(other.status, 0) << other.err;
  EXPECT_NE(other.out, key_set);
  EXPECT_EQ(run({"audit", "key", "--make", "yes"}).out, other.out) << "made once";
  EXPECT_EQ(run({"audit", "verify"}).status, 1) << "it did not sign them";
  // Both, as who has lost a key needs them.
  std::ofstream(file) << key_set.substr(0, key_set.rfind("]")) << "," << other.out.substr(other.out.find("[") + 1);
  EXPECT_EQ(run({"audit", "verify", "--public-key", file}).status, 0);
  std::ofstream(file) << "{\"keys\":[]}";
  EXPECT_EQ(run({"audit", "verify", "--public-key", file}).status, 1);
  std::filesystem::remove(config["AUDIT_KEY_FILE"] + ".away");
}

TEST_F(AuditCommands, SweepSealsTooAndSweepsAlsoWhereItCanNotSeal) {
  const Said said = run({"sweep"});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_NE(masked(said.out).find("\nsealed H: 0 rows, digest D\n"), std::string::npos) << said.out;
  std::filesystem::remove(config["AUDIT_KEY_FILE"]);
  sql("INSERT INTO gh_revoked_tokens (jti, expires_at) VALUES (REPEAT('j', 16), 1)");
  const Said again = run({"sweep"});
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.out.find("gh_revoked_tokens: 1\n"), std::string::npos);
  EXPECT_NE(again.err.find("the key of the seals is gone"), std::string::npos) << again.err;
}

TEST_F(AuditCommands, ExportPrintsOneObjectALineOldestFirstAndOnlyWhatWasAskedFor) {
  sql("INSERT INTO gh_audit (at, event, user_id, address, user_agent, request_id, detail) VALUES"
      " (1772366400250, 'role_changed', 7, UNHEX('0a000001'), 'a \"b\\n', 'r1', 'user -> admin'),"
      " (1772366400249, 'login_failure', 8, '', '', 'r2', NULL), (1772366400251, 'of_the_future', 7, '', '', 'r3', "
      "NULL)");
  const auto ids = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"audit", "export"});
    const Said said = run(words);
    EXPECT_EQ(said.status, 0) << said.err;
    std::string found;
    for (std::size_t at = 0; (at = said.out.find("\"request_id\":\"", at)) != std::string::npos; ++at) {
      found += said.out.substr(at + 14, 2) + " ";
    }
    return found;
  };
  const Said all = run({"audit", "export"});
  EXPECT_EQ(all.out.substr(all.out.find('\n') + 1, all.out.rfind('\n', all.out.size() - 2) - all.out.find('\n')),
            "{\"id\":1,\"at\":\"2026-03-01T12:00:00.250Z\",\"event\":\"role_changed\",\"severity\":\"critical\","
            "\"user_id\":7,\"actor_id\":null,\"session_id\":null,\"key_id\":null,\"address\":\"10.0.0.1\","
            "\"user_agent\":\"a \\\"b\\n\",\"request_id\":\"r1\",\"detail\":\"user -> admin\"}\n");
  EXPECT_EQ(ids({}), "r2 r1 r3 ");
  EXPECT_EQ(ids({"--user", "7"}), "r1 r3 ");
  EXPECT_EQ(ids({"--event", "role_changed"}), "r1 ");
  EXPECT_EQ(ids({"--event", "role_changed", "--user", "8"}), "");
  EXPECT_EQ(ids({"--since", "2026-03-01T12:00:00.250Z"}), "r1 r3 ");
  EXPECT_EQ(ids({"--until", "2026-03-01T12:00:00.250Z"}), "r2 ");
  for (const auto& [option, nonsense] :
       {std::pair{"--since", "yesterday"}, {"--until", ""}, {"--user", "0"}, {"--user", "ann"}, {"--event", "x"}}) {
    EXPECT_EQ(run({"audit", "export", option, nonsense}).status, 1) << option;
  }
}

TEST_F(AuditCommands, ExportGoesThroughAnyNumberOfBatches) {
  sql("INSERT INTO gh_audit (at, event, address, user_agent, request_id) SELECT 5 + seq DIV 1400, 'x', '', '', seq"
      " FROM seq_1_to_3500");
  const std::string out = run({"audit", "export"}).out;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 3500);
  EXPECT_NE(out.find("\"request_id\":\"3500\""), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::test
