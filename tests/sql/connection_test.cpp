// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <set>

#include "auth/keys/keys_sql.h"
#include "auth/users/users_sql.h"
#include "base/failure.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

const db::Statement kSession(db::Kind::read, "test.session",
                             "SELECT @@tx_isolation, @@sql_mode, @@time_zone, @@character_set_client,"
                             " @@character_set_connection, @@character_set_results, @@autocommit, @@wait_timeout");
const db::Statement kEcho(db::Kind::read, "test.echo", "SELECT CAST(? AS SIGNED), ? IS NULL, CONCAT('[', ?, ']')");
const db::Statement kLength(db::Kind::read, "test.length",
                            "SELECT LENGTH(sealed) FROM gh_signing_key_secrets WHERE kid = ?");
const db::Statement kTooLong(db::Kind::counter, "test.too_long",
                             "UPDATE gh_signing_key_secrets SET kid = REPEAT('k', 40) WHERE kid = ?");
const db::Statement kDivide(db::Kind::counter, "test.divide",
                            "UPDATE gh_signing_keys SET created_at = created_at / ? WHERE created_at > 0");
const db::Statement kInsertName(
    db::Kind::counter, "test.insert_name",
    "INSERT INTO gh_users (birth, username, username_key, email, email_key, role, is_active,"
    " is_verified, created_at, updated_at) VALUES ('', 'shown', ?, ?, ?, 'user', 1, 0, 0, 0)");

class SqlConnection : public World {
 protected:
  static void expect_settings(db::Database& database, const std::string& whose) {
    db::Rows row = database.query(kSession);
    ASSERT_TRUE(row.next());
    EXPECT_EQ(row.text(0), "READ-COMMITTED") << whose;
    EXPECT_NE(row.text(1).find("STRICT_ALL_TABLES"), std::string::npos) << whose;
    EXPECT_EQ(row.text(2), "+00:00") << whose;
    for (const unsigned charset : {3U, 4U, 5U}) EXPECT_EQ(row.text(charset), "utf8mb4") << whose;
    EXPECT_EQ(row.integer(6), 1) << whose;
    EXPECT_EQ(row.integer(7), 120) << whose << ": what is on record must not be committed hours late";
  }

  db::Database root{installation().server->target()};
};

TEST_F(SqlConnection, EveryOneHasTheSettingsThatTheStatementsRelyOn) {
  for (const ListedEndpoint& listed : all_endpoints()) {
    const std::string name = listed.endpoint->name();
    if (golden_statements(name).empty()) continue;
    db::Database database(db::target_for(load_settings(basic_config()), name));
    expect_settings(database, name);
    database.disconnect();
    expect_settings(database, name + ", connected anew");
  }
}

TEST_F(SqlConnection, AllByteValuesComeBackAsTheyWent) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const std::string values[] = {all, std::string(1, '\0'), std::string("\0\0", 2), "\xff", "'\"\\%_",
                                "",  all + all + all};
  int n = 0;
  for (const std::string& value : values) {
    const std::string kid = "k" + std::to_string(++n);
    EXPECT_TRUE(root.unit([&](db::Work& work) { return work.claim(keys::kInsertSecret, {kid, value}); }));
    db::Rows row = root.query(keys::kReadSecret, {kid});
    ASSERT_TRUE(row.next());
    EXPECT_EQ(row.text(0), value);
    db::Rows length = root.query(kLength, {kid});
    ASSERT_TRUE(length.next());
    EXPECT_EQ(length.integer(0), static_cast<std::int64_t>(value.size()));
  }
}

TEST_F(SqlConnection, NumbersAndNullComeBackAsTheyWent) {
  using Limits = std::numeric_limits<std::int64_t>;
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, Limits::min(), Limits::max()}) {
    db::Rows row = root.query(kEcho, {number, number, number});
    ASSERT_TRUE(row.next());
    EXPECT_EQ(row.integer(0), number);
    EXPECT_FALSE(row.boolean(1));
  }
  db::Rows row = root.query(kEcho, {std::nullopt, std::optional<std::string>(), ""});
  ASSERT_TRUE(row.next());
  EXPECT_TRUE(row.is_null(0));
  EXPECT_TRUE(row.boolean(1));
  EXPECT_EQ(row.text(2), "[]") << "empty is not NULL";
  EXPECT_FALSE(row.next());
}

TEST_F(SqlConnection, WhatDoesNotFitIsRefusedAndNeverCut) {
  root.unit([&](db::Work& work) { return work.claim(keys::kInsertSecret, {"kid", "x"}); });
  EXPECT_THROW(root.unit([&](db::Work& work) { return work.run(kTooLong, {"kid"}); }), Failure);
  EXPECT_THROW(root.unit([&](db::Work& work) { return work.run(kDivide, {0}); }), Failure);
}

TEST_F(SqlConnection, NamesThatCollationsWouldMergeAreDifferentKeys) {
  const std::string names[] = {"ann", "ann ",           std::string("ann\0", 4), "ann\xe2\x80\x8b",
                               "ANN", "\xef\xbd\x81nn", "a\xcc\x8ann",           "\xc3\xa5nn"};
  int n = 0;
  std::set<std::int64_t> ids;
  for (const std::string& name : names) {
    const std::string email = std::to_string(++n) + "@example.com";
    EXPECT_TRUE(root.unit([&](db::Work& work) { return work.claim(kInsertName, {name, email, email}); })) << name;
    EXPECT_FALSE(root.unit([&](db::Work& work) {
      return work.claim(kInsertName, {name, "another", "another"});
    })) << name;
    db::Rows row = root.query(users::kCredentialsByName, {name});
    ASSERT_TRUE(row.next()) << name;
    EXPECT_TRUE(ids.insert(row.integer(0)).second) << name;
    EXPECT_FALSE(row.next()) << name;
  }
}

TEST_F(SqlConnection, AUnitThatThrowsLeavesNothingForTheNextToCommit) {
  const auto insert = [](db::Work& work, const char* name) { return work.claim(kInsertName, {name, name, name}); };
  EXPECT_THROW(root.unit([&](db::Work& work) -> Done {
    EXPECT_TRUE(insert(work, "thrown"));
    throw Failure("in the middle");
  }),
               Failure);
  EXPECT_TRUE(root.unit([&](db::Work& work) { return insert(work, "next"); }));
  EXPECT_EQ(value("SELECT GROUP_CONCAT(username_key) FROM gh_users"), "next");
}

TEST_F(SqlConnection, ATransientErrorUndoesTheWholeUnitBeforeItRunsAgain) {
  int runs = 0;
  EXPECT_TRUE(root.unit([&](db::Work& work) {
    const bool inserted = work.claim(kInsertName, {"name", "name", "name"});
    if (++runs == 1) throw db::Transient("as after a lock wait", db::Transient::Connection::good);
    return inserted;
  }));
  EXPECT_EQ(runs, 2);
}

TEST_F(SqlConnection, AStatementPreparedBeforeAReconnectWorksAfterIt) {
  EXPECT_TRUE(root.query(kSession).next());
  for (const auto& row : admin.query("SELECT ID FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID()")) {
    admin.run("KILL CONNECTION " + row[0]);
  }
  EXPECT_TRUE(root.query(kSession).next());
}

// An account whose password is changed, and what a process has read of it.
class SqlPassword : public SqlConnection {
 protected:
  SqlPassword() {
    admin.run("CREATE USER 'gh_changing'@'localhost' IDENTIFIED BY 'one'");
    admin.run("GRANT SELECT ON gh_migrations TO 'gh_changing'@'localhost'");
  }
  ~SqlPassword() override { admin.run("DROP USER 'gh_changing'@'localhost'"); }

  std::unique_ptr<db::Database> reader(const std::function<std::string()>& password) {
    return std::make_unique<db::Database>([this, password] {
      ++asked;
      db::Target target = installation().server->target();
      target.account = "gh_changing";
      target.password = Secret(password());
      return target;
    });
  }
  void change_to(const std::string& password) {
    admin.run("ALTER USER 'gh_changing'@'localhost' IDENTIFIED BY '" + password + "'");
  }

  int asked = 0;
};

TEST_F(SqlPassword, OfAFileThatWasWrittenAnewIsReadWhereTheOldOneIsRefused) {
  std::string file = "one";
  const auto database = reader([&] { return file; });
  EXPECT_TRUE(database->query(kSession).next());
  change_to("two");
  EXPECT_TRUE(database->query(kSession).next()) << "who is connected stays so";
  database->disconnect();
  file = "two";
  EXPECT_TRUE(database->query(kSession).next());
  EXPECT_EQ(asked, 2) << "once at first, and once when it was refused";
}

TEST_F(SqlPassword, IsWaitedForWhereTheDatabaseHasItBeforeItsFile) {
  const auto database = reader([&] { return asked < 4 ? "one" : "two"; });
  change_to("two");
  EXPECT_TRUE(database->query(kSession).next());
}

TEST_F(SqlPassword, ThatStaysWrongIsSaidToBe) {
  const auto database = reader([] { return "another"; });
  EXPECT_THROW(database->query(kSession), db::AccessDenied);
  EXPECT_EQ(asked, 4);
  EXPECT_FALSE(database->connected());
}

}  // namespace
}  // namespace gatehouse::test
