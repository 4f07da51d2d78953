// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "support/world.h"

namespace gatehouse::test {
namespace {

bool is_of_tests(const db::Statement& statement) { return std::string_view(statement.name()).starts_with("test."); }

class SqlStatements : public World {
 protected:
  // Thousands of rows in every table that grows, a hundred sessions for each of a few users.
  void fill() {
    const std::string many = " FROM seq_1_to_3000";
    admin.run(
        "INSERT INTO gh_users SELECT NULL, UNHEX(MD5(seq)), CONCAT('u', seq), CONCAT('u', seq), CONCAT('u', seq, "
        "'@e.x'),"
        " CONCAT('u', seq, '@e.x'), NULL, 'user', seq MOD 2, 0, 0, 0, NULL, 0, IF(seq MOD 2, NULL, seq), NULL" +
        many);
    admin.run("INSERT INTO gh_passwords SELECT seq, 'x', 0" + many);
    admin.run(
        "INSERT INTO gh_sessions SELECT UNHEX(MD5(seq)), 1 + seq MOD 30, UNHEX(MD5(seq)), NULL, NULL, NULL, NULL, '', "
        "0,"
        " seq, 0, 99999, 99999, NULL, NULL, '', '', NULL, 0, 0, 'pwd'" +
        many);
    admin.run("INSERT INTO gh_revoked_tokens SELECT UNHEX(MD5(seq)), seq" + many);
    admin.run("INSERT INTO gh_throttle SELECT UNHEX(SHA2(seq, 256)), 'abcd', 1, seq, 0" + many);
    admin.run("INSERT INTO gh_known_addresses SELECT UNHEX(SHA2(seq, 256)), 'abcd', seq" + many);
    admin.run(
        "INSERT INTO gh_audit SELECT NULL, seq, 'login_failure', 1 + seq MOD 30, NULL, '', '', '', NULL, NULL, NULL" +
        many);
    admin.run(
        "INSERT INTO gh_api_keys SELECT UNHEX(MD5(seq)), seq, UNHEX(SHA2(seq, 256)), '', NULL, '', 0, '', 60, 0, NULL,"
        " NULL, NULL, 'pwd'" +
        many);
    admin.run("INSERT INTO gh_allowances SELECT UNHEX(SHA2(seq, 256)), seq, 1" + many);
    admin.run("INSERT INTO gh_groups SELECT NULL, UNHEX(MD5(seq)), CONCAT('g', seq), 0 FROM seq_1_to_100");
    admin.run("INSERT INTO gh_group_members SELECT seq, 1 + seq MOD 100, 0" + many);
    admin.run("INSERT INTO gh_audit_seals SELECT seq, 1, 1, 1, UNHEX(SHA2(seq, 256)), '', '', 0" + many);
    admin.run("INSERT INTO gh_audit_drops SELECT seq, 0, ''" + many);
    admin.run("INSERT INTO gh_audit_blanks SELECT seq, 0, '', ''" + many);
    admin.run(
        "INSERT INTO gh_guard_codes SELECT UNHEX(SHA2(seq, 256)), UNHEX(MD5(seq)), 'wiki', REPEAT('x', 32), '/', seq, "
        "NULL" +
        many);
    admin.run(
        "INSERT INTO gh_guard_cookies SELECT UNHEX(MD5(seq)), 'wiki', 'https://a', UNHEX(SHA2(seq, 256)), 0, seq" +
        many);
    admin.run(
        "INSERT INTO gh_outbox SELECT UNHEX(MD5(seq)), 'verify_email', seq, '', UNHEX(SHA2(seq, 256)), '',"
        " IF(seq MOD 30, 'sent', 'waiting'), seq, seq, NULL, 0, IF(seq MOD 30, seq, NULL), NULL" +
        many);
    admin.run(
        "INSERT INTO gh_email_tokens SELECT UNHEX(SHA2(seq, 256)), seq, 'verify', CONCAT('u', seq, '@e.x'), 0, seq,"
        " NULL, NULL" +
        many);
    admin.run(
        "INSERT INTO gh_recovery_tokens SELECT UNHEX(SHA2(seq, 256)), seq, 'reset', CONCAT('u', seq, '@e.x'),"
        " CONCAT('u', seq, '@e.x'), 0, seq, NULL, NULL" +
        many);
    admin.run("INSERT INTO gh_totp SELECT seq, '', 0, 0, 0" + many);
    admin.run("INSERT INTO gh_recovery_codes SELECT seq, UNHEX(SHA2(seq, 256)), 0, NULL" + many);
    admin.run(
        "INSERT INTO gh_login_steps SELECT UNHEX(SHA2(seq, 256)), seq, UNHEX(SHA2(seq, 256)), '', 0, seq, 0, NULL" +
        many);
    admin.run("INSERT INTO gh_rate_slots SELECT seq, 0, 0" + many);
    admin.run("INSERT INTO gh_posts SELECT NULL, UNHEX(MD5(seq)), seq, '', '', 0, 0" + many);
    admin.run("INSERT INTO gh_audit_counts SELECT UNHEX(SHA2(seq, 256)), seq, 'login_failure', NULL, '', 1" + many);
    for (const auto& table : admin.query("SHOW TABLES")) admin.query("ANALYZE TABLE " + table[0]);
  }

  // The rows of EXPLAIN, each parameter a text that no row has or, for LIMIT, a number.
  std::vector<std::vector<std::string>> explain(const std::string& sql) {
    std::string text = "EXPLAIN " + sql;
    for (std::size_t at; (at = text.find('?')) != std::string::npos;) {
      const bool is_count = text.substr(0, at).ends_with("LIMIT ") || text.substr(0, at).ends_with("OFFSET ");
      text.replace(at, 1, is_count ? "3" : "'7'");
    }
    return admin.query(text);
  }
};

TEST_F(SqlStatements, NeverScanATableThatGrows) {
  fill();
  const std::set<std::string> small{"gh_signing_keys", "gh_signing_key_secrets", "gh_migrations",  "gh_roles",
                                    "gh_role_rights",  "gh_group_rights",        "gh_user_counts", "NULL"};
  // The operator's, who counts everybody once; and roles, which are few.
  const std::set<std::string> whole_tables{"census.count_all", "access.role_map", "roles.list"};
  for (const db::Statement* statement : db::Statement::all()) {
    if (is_of_tests(*statement)) continue;
    for (const auto& row : explain(statement->sql())) {
      const std::string& select_type = row[1];
      const std::string& table = row[2];
      const std::string& access = row[3];
      if (whole_tables.contains(statement->name())) continue;
      if (select_type == "INSERT" || small.contains(table) || access == "NULL") continue;
      EXPECT_TRUE(access != "ALL" && access != "index") << statement->name() << " scans all of " << table;
    }
  }
}

TEST_F(SqlStatements, TheBearerQueryReadsOneRowOfEachTable) {
  fill();
  admin.run(
      "INSERT INTO gh_sessions SELECT UNHEX(REPEAT('37', 16)), user_id, refresh_jti, NULL, NULL, NULL, NULL, '', 0, 0, "
      "0, 0, 0,"
      " NULL, NULL, '', '', NULL, 0, 0, 'pwd' FROM gh_sessions LIMIT 1");
  for (const db::Statement* statement : db::Statement::all()) {
    if (std::string_view(statement->name()) != "sessions.bearer") continue;
    std::string sql = statement->sql();
    for (std::size_t at; (at = sql.find('?')) != std::string::npos;) sql.replace(at, 1, "'7777777777777777'");
    for (const auto& row : admin.query("EXPLAIN " + sql)) {
      const bool is_groups = row[2] == "m";  // as many as the user is in
      EXPECT_TRUE(is_groups || row[3] == "const" || row[3] == "eq_ref" || row[3] == "NULL") << row[2] << " " << row[3];
    }
  }
}

TEST_F(SqlStatements, NameTheirColumnsAndLeaveTheClockAlone) {
  std::set<std::string> names;
  for (const db::Statement* statement : db::Statement::all()) {
    const std::string sql = statement->sql();
    EXPECT_TRUE(names.insert(statement->name()).second) << statement->name() << " stands twice";
    EXPECT_NE(std::string_view(statement->name()).find('.'), std::string_view::npos) << statement->name();
    for (const char* word : {"*", "NOW()", "CURRENT_TIMESTAMP", "UNIX_TIMESTAMP", "RAND()", "UUID()", ";", "RETURNING",
                             "SKIP LOCKED", "GET_LOCK"}) {
      if (std::string_view(word) == "*" && sql.find("COUNT(*)") != std::string::npos) continue;
      EXPECT_EQ(sql.find(word), std::string::npos) << statement->name() << ": " << word;
    }
    const bool inserts = sql.starts_with("INSERT INTO ");
    EXPECT_TRUE(!inserts || sql.find(" (") < sql.find(" VALUES") || sql.find(" (") < sql.find(" SELECT"))
        << statement->name();
    const bool reads = sql.starts_with("SELECT ");  // locking reads too
    EXPECT_EQ(reads, statement->kind() == db::Kind::read) << statement->name();
  }
}

TEST_F(SqlStatements, EachIsRunByAnEndpointOrByTheOperatorsCommand) {
  // The operator's commands: key, user, role, group, sweep.
  std::set<std::string> used{"administration.set_password",
                             "audit.blank_of",
                             "audit.drop_of",
                             "audit.export",
                             "audit.seals",
                             "audit.unsealed",
                             "census.count_all",
                             "census.forget",
                             "census.totals",
                             "groups.by_name",
                             "groups.delete",
                             "groups.forget_members",
                             "groups.forget_rights",
                             "groups.hold",
                             "groups.members",
                             "keys.insert",
                             "keys.insert_secret",
                             "keys.retire",
                             "keys.revoke",
                             "keys.sign_from",
                             "master.keys_page",
                             "master.replace_key",
                             "master.replace_seed",
                             "master.replace_successor",
                             "master.sealed_keys",
                             "master.seeds_page",
                             "master.successors_page",
                             "outbox.listed",
                             "outbox.retry",
                             "outbox.retry_all",
                             "outbox.waiting",
                             "restored.defer_purges",
                             "restored.drop_mail",
                             "restored.end_email_tokens",
                             "restored.end_keys",
                             "restored.end_reset_tokens",
                             "restored.end_sessions",
                             "restored.end_steps",
                             "restored.keys_page",
                             "restored.sessions_page",
                             "roles.delete",
                             "roles.delete_right",
                             "roles.forget_rights",
                             "roles.hold",
                             "roles.holder",
                             "roles.insert",
                             "roles.insert_right",
                             "recovery.is_person",
                             "roles.list",
                             "transfer.holders",
                             "transfer.insert_user",
                             "transfer.page",
                             "transfer.page_with_hashes",
                             "users.roster",
                             "users.roster_of_role",
                             "users.set_first_id",
                             "users.set_role",
                             "users.set_service",
                             "users.set_verified"};
  used.merge(golden_statements("sweep"));
  used.merge(golden_statements("rates"));
  used.merge(golden_statements("audit_seal"));
  used.merge(golden_statements("mail"));
  for (const ListedEndpoint& listed : all_endpoints()) used.merge(golden_statements(listed.endpoint->name()));
  for (const db::Statement* statement : db::Statement::all()) {
    EXPECT_TRUE(is_of_tests(*statement) || used.contains(statement->name()))
        << statement->name() << " is run by nobody";
  }
}

}  // namespace
}  // namespace gatehouse::test
