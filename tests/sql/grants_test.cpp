// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/failure.h"
#include "base/text.h"
#include "command.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

using Columns = std::set<std::string>;

// One privilege on one table, and the columns it is for; empty: the whole table.
struct Grant {
  std::string privilege;
  std::string table;
  Columns columns;
};

std::string take_until(std::string_view& text, std::string_view end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string taken(trim(text.substr(0, at)));
  text.remove_prefix(std::min(at + end.size(), text.size()));
  return taken;
}

// "GRANT SELECT (a, b), INSERT ON t TO …;" lines.
std::vector<Grant> grants_of(const std::string& endpoint) {
  std::vector<Grant> grants;
  std::ifstream in(GATEHOUSE_SOURCE "/sql/grants/" + endpoint + ".sql");
  for (std::string line; std::getline(in, line);) {
    std::string_view rest = line;
    if (!rest.starts_with("GRANT ")) continue;
    rest.remove_prefix(6);
    const std::string privileges = take_until(rest, " ON ");
    const std::string table = take_until(rest, " TO ");
    for (std::string_view list = privileges; !list.empty();) {
      const std::size_t comma = list.find(',');
      const std::size_t parenthesis = list.find('(');
      if (parenthesis < comma) {
        Grant grant{take_until(list, "("), table, {}};
        const std::string names = take_until(list, ")");
        for (std::string_view columns = names; !columns.empty();) grant.columns.insert(take_until(columns, ","));
        take_until(list, ",");
        grants.push_back(std::move(grant));
      } else {
        grants.push_back({take_until(list, ","), table, {}});
      }
    }
  }
  return grants;
}

class SqlGrants : public World, public testing::WithParamInterface<std::string> {
 protected:
  SqlGrants() {
    for (const auto& row : admin.query("SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS"
                                       " WHERE TABLE_SCHEMA = DATABASE()")) {
      tables[row[0]].insert(row[1]);
    }
    db::Target target = db::target_for(load_settings(basic_config()), GetParam());
    if (grants_of(GetParam()).empty()) target.name.clear();  // an account without any grant can't enter the database
    account = std::make_unique<db::Admin>(target);
    account->run("SET @p = '7'");
  }
  // Whatever a test took away.
  ~SqlGrants() override {
    std::ifstream in(GATEHOUSE_SOURCE "/sql/grants/" + GetParam() + ".sql");
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("GRANT ")) admin.run(line.substr(0, line.find(';')));
    }
  }

  // Prepared and run, and taken back: some rights are asked for only then.
  bool may(const std::string& statement) {
    std::string parameters;
    for (const char c : statement) {
      if (c == '?') parameters += parameters.empty() ? " USING @p" : ", @p";
    }
    bool allowed = true;
    account->run("START TRANSACTION");
    try {
      account->run("PREPARE s FROM " + db::Admin::quote(statement));
      const std::string execute = "EXECUTE s" + parameters;
      if (statement.starts_with("SELECT")) {
        account->query(execute);
      } else {
        account->run(execute);
      }
    } catch (const Misconfigured&) {  // 1142, 1143: how a missing grant is translated
      allowed = false;
    } catch (const Failure&) {  // whatever else such a row may break
    }
    account->run("ROLLBACK");
    return allowed;
  }

  static std::set<std::string> may_run() {
    auto names = golden_statements(GetParam());
    names.merge(golden_rate_statements(GetParam()));
    return names;
  }

  // The statements of the golden list that can't be prepared, by name.
  std::string broken() {
    std::string names;
    const auto golden = may_run();
    for (const db::Statement* statement : db::Statement::all()) {
      if (golden.contains(statement->name()) && !may(statement->sql())) names += std::string(statement->name()) + " ";
    }
    return names;
  }

  void change(const std::string& verb, const Grant& grant, const Columns& columns) {
    std::string list;
    for (const std::string& column : columns) list += (list.empty() ? " (" : ", ") + column;
    admin.run(verb + " " + grant.privilege + list + (list.empty() ? "" : ")") + " ON " + grant.table +
              (verb == "GRANT" ? " TO " : " FROM ") + "'gh_" + GetParam() + "'@'localhost'");
  }

  std::map<std::string, Columns> tables;
  std::unique_ptr<db::Admin> account;
};

TEST_P(SqlGrants, AreEnoughForEveryStatementOfTheEndpoint) {
  const auto golden = may_run();
  std::set<std::string> known;
  for (const db::Statement* statement : db::Statement::all()) known.insert(statement->name());
  for (const std::string& name : golden) EXPECT_TRUE(known.contains(name)) << name << " is no statement of this build";
  EXPECT_EQ(broken(), "");
}

TEST_P(SqlGrants, AreNeededEachAndEveryColumn) {
  for (const Grant& grant : grants_of(GetParam())) {
    const bool whole_rows = grant.privilege == "INSERT" || grant.privilege == "DELETE";
    if (whole_rows && grant.columns.empty()) {
      change("REVOKE", grant, {});
      EXPECT_NE(broken(), "") << grant.privilege << " on " << grant.table << " is not needed";
      change("GRANT", grant, {});
      continue;
    }
    // A grant on the whole table is one on each of its columns.
    const Columns columns = grant.columns.empty() ? tables[grant.table] : grant.columns;
    if (grant.columns.empty()) {
      change("REVOKE", grant, {});
      change("GRANT", grant, columns);
    }
    for (const std::string& column : columns) {
      change("REVOKE", grant, {column});
      EXPECT_NE(broken(), "") << grant.privilege << " (" << column << ") on " << grant.table << " is not needed";
      change("GRANT", grant, {column});
    }
  }
  EXPECT_EQ(broken(), "");
}

TEST_P(SqlGrants, AllowNothingElse) {
  std::map<std::string, Columns> granted;  // "SELECT gh_users" -> columns
  for (const Grant& grant : grants_of(GetParam())) {
    const Columns columns = grant.columns.empty() ? tables[grant.table] : grant.columns;
    granted[grant.privilege + " " + grant.table].insert(columns.begin(), columns.end());
  }
  const auto is_granted = [&](const std::string& privilege, const std::string& table, const std::string& column) {
    return granted[privilege + " " + table].contains(column);
  };
  for (const auto& [table, columns] : tables) {
    const std::string name = "gatehouse." + table;
    for (const std::string& column : columns) {
      SCOPED_TRACE(name + "." + column);
      EXPECT_EQ(may("SELECT " + column + " FROM " + name), is_granted("SELECT", table, column));
      EXPECT_EQ(may("UPDATE " + name + " SET " + column + " = NULL"), is_granted("UPDATE", table, column));
      EXPECT_EQ(may("INSERT INTO " + name + " (" + column + ") VALUES (NULL)"), is_granted("INSERT", table, column));
    }
    EXPECT_EQ(may("DELETE FROM " + name), granted.contains("DELETE " + table)) << name;
    for (const std::string& ddl : {"DROP TABLE " + name, "ALTER TABLE " + name + " ADD x INT", "TRUNCATE TABLE " + name,
                                   "LOCK TABLES " + name + " WRITE"}) {
      EXPECT_THROW(account->run(ddl), Misconfigured) << ddl;
    }
  }
  EXPECT_FALSE(may("SELECT user FROM mysql.user"));
}

TEST_P(SqlGrants, NothingIsGrantedOnTheWholeDatabaseOrServer) {
  for (const auto& row : admin.query("SHOW GRANTS FOR 'gh_" + GetParam() + "'@'localhost'")) {
    const bool is_usage = row[0].starts_with("GRANT USAGE ON *.* ");
    EXPECT_TRUE(is_usage || row[0].find(" ON `gatehouse`.`gh_") != std::string::npos) << row[0];
    EXPECT_EQ(row[0].find("GRANT OPTION"), std::string::npos) << row[0];
    EXPECT_TRUE(!is_usage || row[0].find("IDENTIFIED BY PASSWORD '*") != std::string::npos)
        << "an account without a password";
  }
}

std::vector<std::string> names() {
  std::vector<std::string> names{"sweep", "audit_seal"};
  for (const ListedEndpoint& listed : all_endpoints()) names.push_back(listed.endpoint->name());
  return names;
}

INSTANTIATE_TEST_SUITE_P(SqlOf, SqlGrants, testing::ValuesIn(names()),
                         [](const auto& endpoint) { return endpoint.param; });

using SqlAccounts = World;

TEST_F(SqlAccounts, OnlyWhatMintsReadsSealedKeysAndOnlyWhatChecksPasswordsReadsThem) {
  for (const ListedEndpoint& listed : all_endpoints()) {
    const std::string name = listed.endpoint->name();
    for (const Grant& grant : grants_of(name)) {
      EXPECT_TRUE(grant.table != "gh_signing_key_secrets" || listed.endpoint->power() == Power::mints) << name;
      const bool reads_hashes = grant.table == "gh_passwords" && grant.privilege == "SELECT" &&
                                (grant.columns.empty() || grant.columns.contains("hash"));
      const std::set<std::string> checkers{
          "auth_token", "auth_token_mfa", "auth_login",           "auth_login_mfa",
          "sign_in",    "sign_in_code",   "auth_change_password", "auth_reauthenticate"};
      const bool checks_passwords = checkers.contains(name);
      EXPECT_TRUE(!reads_hashes || checks_passwords) << name;
      const bool reads_seeds = grant.table == "gh_totp" && grant.privilege == "SELECT" &&
                               (grant.columns.empty() || grant.columns.contains("sealed_seed"));
      EXPECT_TRUE(!reads_seeds || listed.endpoint->power() != Power::verifies) << name;
    }
  }
}

TEST_F(SqlAccounts, WhatIsOnRecordIsAddedToByAllReadByFewAndLosesNothingButAddressesByRetention) {
  const std::set<std::string> readers{"admin_audit", "admin_dashboard", "audit_seal"};
  for (const auto& file : std::filesystem::directory_iterator(GATEHOUSE_SOURCE "/sql/grants")) {
    const std::string name = file.path().stem().string();
    for (const Grant& grant : grants_of(name)) {
      if (!grant.table.starts_with("gh_audit") || grant.table == "gh_audit_counts") continue;
      SCOPED_TRACE(name + " has " + grant.privilege + " on " + grant.table);
      const bool is_of_addresses = grant.table == "gh_audit" && grant.columns == Columns{"address", "user_agent"};
      EXPECT_TRUE(grant.privilege != "UPDATE" || (name == "audit_seal" && is_of_addresses));
      EXPECT_TRUE(grant.privilege != "SELECT" || readers.contains(name));
      // What retention lets go, by the operator's command.
      EXPECT_TRUE(grant.privilege != "DELETE" || (name == "audit_seal" && grant.table == "gh_audit"));
      EXPECT_TRUE(grant.table == "gh_audit" || name == "audit_seal");
    }
  }
}

TEST_F(SqlAccounts, RenewingThemTakesBackWhatTheirFilesNoLongerSay) {
  const auto grants = [&] {
    const std::string whose = " WHERE GRANTEE LIKE '%users_me%'";
    return admin.query("SELECT TABLE_NAME, COLUMN_NAME, PRIVILEGE_TYPE FROM information_schema.COLUMN_PRIVILEGES" +
                       whose + " UNION SELECT TABLE_NAME, '', PRIVILEGE_TYPE FROM information_schema.TABLE_PRIVILEGES" +
                       whose + " UNION SELECT '', '', PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES" +
                       whose + " UNION SELECT '*', '', PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES" + whose +
                       " ORDER BY 1, 2, 3");
  };
  const auto before = grants();
  for (const char* more : {"SELECT ON gh_passwords", "SELECT (email_key), UPDATE (role) ON gh_users",
                           "DELETE ON gh_sessions", "SELECT ON gatehouse.*", "PROCESS ON *.*"}) {
    admin.run("GRANT " + std::string(more) + " TO 'gh_users_me'@'localhost'");
  }
  const std::string file = installation().folder.path() + "/gatehouse.conf";
  std::ofstream(file) << "DATABASE_URL = " << installation().server->url()
                      << "\nCREDENTIALS = " << installation().credentials << "\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  ::setenv("GATEHOUSE_CONFIG", file.c_str(), 1);
  admin.run("REVOKE SELECT (user_id) ON gh_sessions FROM 'gh_users_me'@'localhost'");
  const auto other = grants();
  const std::vector<std::string> renew{"accounts", "--grants", GATEHOUSE_SOURCE "/sql/grants"};
  std::vector<std::string> expand = renew;
  expand.insert(expand.end(), {"--expand", "yes"});
  EXPECT_EQ(tool::run(expand), 0);
  const auto both = grants();
  for (const auto& wanted : {before, other}) {
    for (const auto& grant : wanted) {
      if (grant[2] == "USAGE") continue;  // says that there is nothing
      EXPECT_EQ(std::count(both.begin(), both.end(), grant), 1) << grant[2] << " on " << grant[0] << " " << grant[1];
    }
  }
  EXPECT_EQ(tool::run(renew), 0);
  ::unsetenv("GATEHOUSE_CONFIG");
  EXPECT_EQ(grants(), before);
  db::Admin account(db::target_for(load_settings(basic_config()), "users_me"));
  EXPECT_TRUE(account.query("SELECT jti FROM gh_revoked_tokens").empty()) << "the password is still the same";
}

}  // namespace
}  // namespace gatehouse::test
