// SPDX-License-Identifier: Apache-2.0
#include "db/admin.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/failure.h"
#include "base/text.h"
#include "db/connection.h"
#include "db/script.h"

namespace gatehouse::db {
namespace {

// Of a DDL statement whose work already stands, because a run died between the statement and its record.
bool is_already_applied(int code) {
  return code == 1050 /* table exists */ || code == 1060 /* duplicate column */ || code == 1061 /* duplicate key */;
}

struct Migration {
  int version;
  std::string name;
  std::string sql;
  int oldest_reader;  // of a contracting migration: the oldest build that may go on serving
};

Migration read_migration(const std::filesystem::path& file) {
  const std::string name = file.stem().string();
  const auto version = parse_integer(name.substr(0, std::min<std::size_t>(name.size(), name.find('_'))));
  if (!version) throw Misconfigured(file.string() + ": a migration is called NNNN_what.sql");
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  Migration migration{static_cast<int>(*version), name, text.str(), 0};

  constexpr std::string_view kContract = "-- contract: needs ";
  if (const auto at = migration.sql.find(kContract); at != std::string::npos) {
    const std::string_view rest = std::string_view(migration.sql).substr(at + kContract.size());
    const auto oldest = parse_integer(trim(rest.substr(0, rest.find('\n'))));
    if (!oldest) throw Misconfigured(file.string() + ": `-- contract: needs N` names a schema version");
    migration.oldest_reader = static_cast<int>(*oldest);
  }
  return migration;
}

}  // namespace

struct Admin::State {
  std::unique_ptr<sql::Connection> connection;
  std::unique_ptr<sql::Statement> statement;
};

Admin::Admin(const Target& target) : state_(std::make_unique<State>()) {
  state_->connection = open(target);
  state_->statement.reset(state_->connection->createStatement());
}

Admin::~Admin() = default;

void Admin::run(const std::string& sql) {
  try {
    state_->statement->execute(sql);
  } catch (const sql::SQLException& error) {
    translate(error);
  }
}

std::vector<std::vector<std::string>> Admin::query(const std::string& sql) {
  try {
    const std::unique_ptr<sql::ResultSet> rows(state_->statement->executeQuery(sql));
    const unsigned columns = rows->getMetaData()->getColumnCount();
    std::vector<std::vector<std::string>> table;
    while (rows->next()) {
      auto& row = table.emplace_back();
      for (unsigned column = 1; column <= columns; ++column) {
        const sql::SQLString value = rows->getString(column);
        row.push_back(rows->isNull(column) ? "NULL" : std::string(value.c_str(), value.length()));
      }
    }
    return table;
  } catch (const sql::SQLException& error) {
    translate(error);
  }
}

std::string Admin::quote(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

namespace {

constexpr const char* kMigrations =
    "CREATE TABLE IF NOT EXISTS gh_migrations ("
    " version INT NOT NULL PRIMARY KEY,"
    " name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " oldest_reader INT NOT NULL,"
    " applied_at BIGINT NOT NULL) ENGINE=InnoDB";

std::vector<Migration> read_migrations(const std::string& directory) {
  std::vector<Migration> migrations;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".sql") migrations.push_back(read_migration(entry.path()));
  }
  std::sort(migrations.begin(), migrations.end(), [](const auto& a, const auto& b) { return a.version < b.version; });
  return migrations;
}

// IGNORE: another run may have recorded it meanwhile.
std::string record_of(const Migration& migration, Time now) {
  return "INSERT IGNORE INTO gh_migrations (version, name, oldest_reader, applied_at) VALUES (" +
         std::to_string(migration.version) + ", " + Admin::quote(migration.name) + ", " +
         std::to_string(migration.oldest_reader) + ", " + std::to_string(to_millis(now)) + ")";
}

}  // namespace

std::vector<std::string> migrate(Admin& admin, const std::string& directory, Time now) {
  const std::vector<Migration> migrations = read_migrations(directory);
  admin.run(kMigrations);
  const auto newest = admin.query("SELECT COALESCE(MAX(version), 0) FROM gh_migrations");
  const long long have = *parse_integer(newest[0][0]);

  std::vector<std::string> applied;
  for (const Migration& migration : migrations) {
    if (migration.version <= have) continue;
    try {
      admin.state_->statement->execute(migration.sql);
    } catch (const sql::SQLException& error) {
      if (!is_already_applied(error.getErrorCode())) translate(error);
    }
    admin.run(record_of(migration, now));
    applied.push_back(migration.name);
  }
  return applied;
}

void script_migrations(Script& script, const std::string& directory, Time now, std::int64_t have) {
  script.run(kMigrations);
  for (const Migration& migration : read_migrations(directory)) {
    if (migration.version <= have) continue;
    script.run(migration.sql);
    script.run(record_of(migration, now));
  }
}

}  // namespace gatehouse::db
