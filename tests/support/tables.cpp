// SPDX-License-Identifier: Apache-2.0
#include "support/tables.h"

#include <fstream>
#include <iterator>

namespace gatehouse::test {
namespace {

// One SELECT over every table: its name, its key, and a hash of all its columns.
std::string statement_that_reads_all(db::Admin& admin) {
  struct Columns {
    std::string key;
    std::string all;
  };
  std::map<std::string, Columns> tables;
  for (const auto& row : admin.query("SELECT TABLE_NAME, COLUMN_NAME, COLUMN_KEY FROM information_schema.COLUMNS"
                                     " WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION")) {
    Columns& columns = tables[row[0]];
    const std::string text = "IFNULL(HEX(" + row[1] + "), '-')";
    if (row[2] == "PRI") columns.key += ", " + text;
    columns.all += ", " + text;
  }
  std::string sql;
  for (const auto& [name, columns] : tables) {
    sql += (sql.empty() ? "" : " UNION ALL ");
    sql +=
        "SELECT '" + name + "', CONCAT_WS('/'" + columns.key + "), MD5(CONCAT_WS('/'" + columns.all + ")) FROM " + name;
  }
  return sql;
}

}  // namespace

Tables::Tables(db::Admin& admin) : admin_(admin), read_all_(statement_that_reads_all(admin)) {}

void Tables::empty_all() {
  for (const auto& [table, rows] : read()) {
    if (table == "gh_migrations") continue;
    admin_.run("DELETE FROM " + table);
  }
  for (const char* seed : {"0014_first_roles", "0015_first_role_rights"}) {
    std::ifstream in(std::string(GATEHOUSE_SOURCE "/sql/migrations/") + seed + ".sql");
    admin_.run({std::istreambuf_iterator<char>(in), {}});
  }
  // So that ids are the same in each test, whichever ran before it.
  for (const char* table : {"gh_users", "gh_groups", "gh_posts"}) {
    admin_.run(std::string("ALTER TABLE ") + table + " AUTO_INCREMENT = 1");
  }
  admin_.run("ALTER TABLE gh_audit AUTO_INCREMENT = 1");
  look();
}

Tables::Rows Tables::read() {
  Rows rows;
  for (const auto& row : admin_.query(read_all_)) rows[row[0]][row[1]] = row[2];
  return rows;
}

void Tables::look() {
  seen_ = read();
  audited_ = admin_.query("SELECT COALESCE(MAX(id), 0) FROM gh_audit")[0][0];
}

std::string Tables::changes() {
  const Rows now = read();
  std::map<std::string, std::string> text;
  const auto add = [&](const std::string& table, char sign, int count) {
    if (count > 0) text[table] += std::string(" ") + sign + std::to_string(count);
  };
  for (const auto& [table, rows] : now) {
    int fresh = 0;
    int changed = 0;
    for (const auto& [key, hash] : rows) {
      const auto before = seen_[table].find(key);
      if (before == seen_[table].end()) ++fresh;
      if (before != seen_[table].end() && before->second != hash) ++changed;
    }
    add(table, '+', fresh);
    add(table, '~', changed);
  }
  for (const auto& [table, rows] : seen_) {
    int gone = 0;
    const auto there = now.find(table);
    for (const auto& [key, hash] : rows) {
      if (there == now.end() || !there->second.contains(key)) ++gone;
    }
    add(table, '-', gone);
  }
  std::string all;
  for (const auto& [table, counts] : text) all += (all.empty() ? "" : ", ") + table + counts;
  return all.empty() ? "nothing" : all;
}

std::string Tables::audit() {
  std::string text;
  for (const auto& row :
       admin_.query("SELECT event, user_id, session_id IS NOT NULL, COALESCE(INET6_NTOA(address), ''),"
                    " actor_id, key_id IS NOT NULL, detail"
                    " FROM gh_audit WHERE id > " +
                    audited_ + " ORDER BY id")) {
    text += row[0];
    if (row[1] != "NULL") text += " user=" + row[1];
    if (row[4] != "NULL") text += " by=" + row[4];
    if (row[2] == "1") text += " session";
    if (row[5] == "1") text += " key";
    text += " address=" + row[3];
    if (row[6] != "NULL") text += " \"" + row[6] + "\"";
    text += "\n";
  }
  return text;
}

}  // namespace gatehouse::test
