// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/failure.h"
#include "base/text.h"
#include "db/schema.h"
#include "support/parallel.h"
#include "support/server.h"
#include "support/web_head.h"

namespace gatehouse::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMigrations = GATEHOUSE_SOURCE "/sql/migrations";
constexpr const char* kSchemaFile = GATEHOUSE_SOURCE "/sql/schema.sql";

std::string read_file(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// "bigint(20)" and "bigint" are one type: engines print them differently.
std::string normal_type(std::string type) {
  if (const auto at = type.find("int("); at != std::string::npos) type.erase(at + 3, type.find(')', at) - at - 2);
  for (char& c : type) c = is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
  return type;
}

// The whole schema as CREATE TABLE statements, made from what every engine keeps in its information_schema.
std::string list_schema(db::Admin& admin) {
  std::map<std::string, std::string> tables;
  for (const auto& row : admin.query("SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, "
                                     "IS_NULLABLE, COLUMN_DEFAULT,"
                                     " EXTRA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY "
                                     "TABLE_NAME, ORDINAL_POSITION")) {
    std::string& text = tables[row[0]];
    text += (text.empty() ? "  " : ",\n  ") + row[1] + " " + normal_type(row[2]);
    if (row[3] != "NULL") text += " CHARACTER SET " + row[3] + " COLLATE " + row[4];
    text += row[5] == "NO" ? " NOT NULL" : " NULL";
    if (row[6] != "NULL") text += " DEFAULT " + row[6];
    if (row[7] == "auto_increment") text += " AUTO_INCREMENT";
  }
  for (const auto& row : admin.query(
           "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX SEPARATOR ', ')"
           " FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() GROUP BY TABLE_NAME, INDEX_NAME, "
           "NON_UNIQUE"
           " ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', NON_UNIQUE, INDEX_NAME")) {
    const bool primary = row[1] == "PRIMARY";
    tables[row[0]] +=
        ",\n  " + (primary ? "PRIMARY KEY" : (row[2] == "0" ? "UNIQUE KEY " : "KEY ") + row[1]) + " (" + row[3] + ")";
  }
  std::string schema = "-- Generated from sql/migrations by its test; nothing reads it but people.\n";
  for (const auto& [name, text] : tables) schema += "\nCREATE TABLE " + name + " (\n" + text + "\n) ENGINE=InnoDB;\n";
  return schema;
}

// A database beside the one that the other tests use.
class SqlMigrations : public testing::Test {
 protected:
  SqlMigrations() : admin(installation().server->target()) {
    admin.run("DROP DATABASE IF EXISTS fresh");
    admin.run("CREATE DATABASE fresh CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    admin.run("USE fresh");
  }
  ~SqlMigrations() override { admin.run("DROP DATABASE fresh"); }

  std::vector<std::string> migrate(const std::string& folder = kMigrations) {
    return db::migrate(admin, folder, Time{});
  }
  void write(const std::string& name, const std::string& sql) { std::ofstream(folder_.path() + "/" + name) << sql; }
  const std::string& folder() const { return folder_.path(); }

  db::Admin admin;

 private:
  TemporaryFolder folder_;
};

TEST_F(SqlMigrations, FromNothingMakeTheSchemaThatIsWrittenDown) {
  migrate();
  const std::string schema = list_schema(admin);
  if (regenerates()) std::ofstream(kSchemaFile) << schema;
  EXPECT_EQ(schema, read_file(kSchemaFile));
}

TEST_F(SqlMigrations, TheBuildKnowsTheNewestAndNoNumberIsLeftOut) {
  std::vector<std::string> names = migrate();
  EXPECT_EQ(names.size(), static_cast<std::size_t>(db::kKnownSchema));
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(parse_integer(names[i].substr(0, names[i].find('_'))), static_cast<long long>(i + 1)) << names[i];
    EXPECT_EQ(names[i].find('_'), 4U) << names[i];
  }
  EXPECT_LE(db::kNeededSchema, db::kKnownSchema);
  EXPECT_EQ(admin.query("SELECT COUNT(*), MAX(version) FROM gh_migrations")[0],
            std::vector<std::string>(2, std::to_string(db::kKnownSchema)));
}

TEST_F(SqlMigrations, EachIsOneStatement) {
  for (const auto& entry : fs::directory_iterator(kMigrations)) {
    const std::string text = read_file(entry.path());
    EXPECT_EQ(text.find(';'), text.rfind(';')) << entry.path();
  }
}

TEST_F(SqlMigrations, ASecondRunHasNothingToDo) {
  EXPECT_FALSE(migrate().empty());
  const std::string schema = list_schema(admin);
  EXPECT_TRUE(migrate().empty());
  EXPECT_EQ(list_schema(admin), schema);
}

TEST_F(SqlMigrations, ACrashBetweenAStatementAndItsRecordIsHealed) {
  const std::size_t all = migrate().size();
  const std::string schema = list_schema(admin);
  for (std::size_t kept = 0; kept < all; ++kept) {
    admin.run("DELETE FROM gh_migrations WHERE version > " + std::to_string(kept));
    EXPECT_EQ(migrate().size(), all - kept);
    EXPECT_EQ(list_schema(admin), schema);
  }
}

TEST_F(SqlMigrations, ACrashBetweenAnAlterAndItsRecordIsHealed) {
  write("0001_a.sql", "CREATE TABLE gh_a (id INT NOT NULL PRIMARY KEY)");
  write("0002_b.sql", "ALTER TABLE gh_a ADD COLUMN b INT NULL");
  write("0003_c.sql", "ALTER TABLE gh_a ADD KEY gh_a_b (b)");
  migrate(folder());
  admin.run("DELETE FROM gh_migrations");
  EXPECT_EQ(migrate(folder()).size(), 3U);
  EXPECT_TRUE(migrate(folder()).empty());
}

TEST_F(SqlMigrations, AFailureStopsBeforeWhatComesAfterIt) {
  write("0001_a.sql", "CREATE TABLE gh_a (id INT NOT NULL PRIMARY KEY)");
  write("0002_b.sql", "CREATE TABLE gh_b (nonsense)");
  write("0003_c.sql", "CREATE TABLE gh_c (id INT NOT NULL PRIMARY KEY)");
  EXPECT_THROW(migrate(folder()), Failure);
  EXPECT_EQ(admin.query("SELECT GROUP_CONCAT(version) FROM gh_migrations")[0][0], "1");
  write("0002_b.sql", "CREATE TABLE gh_b (id INT NOT NULL PRIMARY KEY)");
  EXPECT_EQ(migrate(folder()), (std::vector<std::string>{"0002_b", "0003_c"}));
}

TEST_F(SqlMigrations, SeveralRunsAtOnceMakeOneSchema) {
  in_processes(4, [](int) {
    db::Target target = installation().server->target();
    target.name = "fresh";
    auto own = std::make_shared<db::Admin>(target);
    return [own]() -> std::string {
      db::migrate(*own, kMigrations, Time{});
      return "";
    };
  });
  EXPECT_EQ(list_schema(admin), read_file(kSchemaFile));
  EXPECT_EQ(admin.query("SELECT COUNT(*) FROM gh_migrations")[0][0], std::to_string(db::kKnownSchema));
}

TEST_F(SqlMigrations, AContractingOneSaysWhoMayStillRead) {
  write("0001_a.sql", "CREATE TABLE gh_a (id INT NOT NULL PRIMARY KEY)");
  write("0002_b.sql", "-- contract: needs 1\nALTER TABLE gh_a ADD COLUMN b INT NULL");
  migrate(folder());
  EXPECT_EQ(admin.query("SELECT oldest_reader FROM gh_migrations WHERE version = 1")[0][0], "0");
  EXPECT_EQ(admin.query("SELECT oldest_reader FROM gh_migrations WHERE version = 2")[0][0], "1");
}

TEST_F(SqlMigrations, AFileThatIsMisnamedOrMiswrittenIsRefusedBeforeAnythingRuns) {
  write("0001_a.sql", "CREATE TABLE gh_a (id INT NOT NULL PRIMARY KEY)");
  write("second.sql", "CREATE TABLE gh_b (id INT NOT NULL PRIMARY KEY)");
  EXPECT_THROW(migrate(folder()), Misconfigured);
  fs::remove(folder() + "/second.sql");
  write("0002_b.sql", "-- contract: needs some\nALTER TABLE gh_a ADD COLUMN b INT NULL");
  EXPECT_THROW(migrate(folder()), Misconfigured);
  EXPECT_TRUE(admin.query("SHOW TABLES").empty());
}

TEST_F(SqlMigrations, TheSchemaKeepsTheHouseRules) {
  migrate();
  const auto expect_none = [&](const std::string& what, const std::string& select) {
    for (const auto& row : admin.query(select))
      ADD_FAILURE() << what << ": " << row[0] << (row.size() > 1 ? "." + row[1] : "");
  };
  const std::string columns =
      "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'fresh' AND ";
  expect_none(
      "a name without gh_",
      "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'fresh' AND TABLE_NAME NOT LIKE 'gh\\_%'");
  expect_none("another engine",
              "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'fresh' AND ENGINE <> 'InnoDB'");
  expect_none("a collation that merges", columns + "COLLATION_NAME NOT LIKE '%\\_bin'");
  expect_none("a time that is no BIGINT", columns +
                                              "(COLUMN_NAME LIKE '%\\_at' OR COLUMN_NAME = 'at' OR COLUMN_NAME LIKE "
                                              "'%\\_until') AND DATA_TYPE <> 'bigint'");
  expect_none("an engine's own type",
              columns + "DATA_TYPE IN ('enum', 'set', 'json', 'datetime', 'timestamp', 'uuid', 'inet6')");
  expect_none("a foreign key",
              "SELECT TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'fresh'");
  expect_none("a trigger", "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'fresh'");
  expect_none("no primary key",
              "SELECT TABLE_NAME FROM information_schema.TABLES t WHERE TABLE_SCHEMA = 'fresh' AND NOT EXISTS"
              " (SELECT 1 FROM information_schema.STATISTICS s WHERE s.TABLE_SCHEMA = t.TABLE_SCHEMA"
              " AND s.TABLE_NAME = t.TABLE_NAME AND INDEX_NAME = 'PRIMARY')");
}

}  // namespace
}  // namespace gatehouse::test
