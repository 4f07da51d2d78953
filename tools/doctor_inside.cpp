// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "auth/audit/seals_rules.h"
#include "base/failure.h"
#include "base/text.h"
#include "db/schema.h"
#include "descriptions.h"
#include "doctor.h"
#include "grants.h"
#include "operator.h"

namespace gatehouse::tool::doctor {
namespace {

constexpr days kKeyIsOld{365};
constexpr milliseconds kClockDiffers{5000};
// A unit is refused at its COMMIT a minute after its request began.
constexpr milliseconds kClockIsWrong{60000};
constexpr hours kSweepIsLate{48};
constexpr std::int64_t kHoursUnsealed = 3;

using Row = std::vector<std::string>;

// The one value of a query that answers one row.
std::string value_of(db::Admin& admin, const std::string& sql, std::size_t column = 0) {
  const auto rows = admin.query(sql);
  return rows.empty() || rows[0].size() <= column ? "" : rows[0][column];
}

std::int64_t number_of(db::Admin& admin, const std::string& sql) {
  return parse_integer(value_of(admin, sql)).value_or(0);
}

bool is_loopback(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

// ---- files ----

void examine_file(const std::filesystem::path& file, mode_t forbidden, const char* fault, const char* fix,
                  Report& report) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return;
  report.expect((info.st_mode & forbidden) == 0, Severity::error, "files: " + file.string() + " " + fault,
                std::string(fix) + " " + file.string());
}

void examine_secret(const std::filesystem::path& file, Report& report) {
  examine_file(file, S_IRWXO, "holds a secret and can be read by others", "chmod o-rwx", report);
  examine_file(file, S_IWGRP, "holds a secret and can be changed by its group", "chmod g-w", report);
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

uid_t owner_of(const std::filesystem::path& file) {
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 ? info.st_uid : static_cast<uid_t>(-1);
}

// ---- database ----

void examine_server(db::Admin& admin, const db::Target& target, Report& report) {
  const std::string version = value_of(admin, "SELECT VERSION()");
  const bool is_mariadb = version.find("MariaDB") != std::string::npos;
  const auto major = parse_integer(version.substr(0, version.find('.'))).value_or(0);
  report.expect(is_mariadb ? major >= 11 || version.starts_with("10.11") || version.starts_with("10.6") ||
                                 version.starts_with("10.5")
                           : major >= 8,
                Severity::error, "database: it is " + version, "MariaDB 10.5 or MySQL 8.0, or newer");
  report.expect(number_of(admin, "SELECT @@global.read_only") == 0, Severity::error, "database: it is read-only",
                "name one that takes writes in DATABASE_URL");
  report.expect(number_of(admin, "SELECT @@global.innodb_flush_log_at_trx_commit") == 1, Severity::warning,
                "database: innodb_flush_log_at_trx_commit is not 1: a crash forgets refusals and revocations",
                "innodb_flush_log_at_trx_commit = 1 in its configuration");
  const std::string charset = value_of(
      admin, "SELECT DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()");
  report.expect(charset == "utf8mb4", Severity::warning, "database: the character set of its default is " + charset,
                "ALTER DATABASE `" + target.name + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  const bool is_encrypted = !value_of(admin, "SHOW SESSION STATUS LIKE 'Ssl_cipher'", 1).empty();
  report.expect(target.host.empty() || is_loopback(target.host) || is_encrypted, Severity::error,
                "database: what is said to " + target.host + " is not encrypted",
                "DATABASE_CA = the file that vouches for it");
  report.expect(
      value_of(admin, "SHOW GLOBAL VARIABLES LIKE 'wsrep_on'", 1) != "ON" || target.causal_reads == CausalReads::galera,
      Severity::error, "database: it is a Galera cluster: a revocation may be read too late",
      "DATABASE_CAUSAL_READS = galera");

  const milliseconds difference =
      from_millis(number_of(admin, "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)")) - SystemClock().now();
  report.expect(std::abs(difference.count()) < kClockDiffers.count(),
                std::abs(difference.count()) < kClockIsWrong.count() ? Severity::warning : Severity::error,
                "database: its clock is " + std::to_string(difference.count() / 1000) + " seconds before ours",
                "set both by NTP");
}

// False: there is nothing to look into.
bool examine_schema(db::Admin& admin, const Settings& settings, Report& report) {
  if (!report.expect(!admin.query("SHOW TABLES LIKE 'gh\\_migrations'").empty(), Severity::error,
                     "schema: the database is empty", "gatehouse migrate")) {
    return false;
  }
  const auto newest = number_of(admin, "SELECT MAX(version) FROM gh_migrations");
  const auto count = number_of(admin, "SELECT COUNT(*) FROM gh_migrations");
  const auto oldest_reader = number_of(admin, "SELECT MAX(oldest_reader) FROM gh_migrations");
  report.expect(
      newest >= db::kKnownSchema, Severity::error,
      "schema: it is at " + std::to_string(newest) + ", this build makes it " + std::to_string(db::kKnownSchema),
      "gatehouse migrate");
  report.expect(newest <= db::kKnownSchema, Severity::warning,
                "schema: it is at " + std::to_string(newest) + ", newer than this build, which knows " +
                    std::to_string(db::kKnownSchema),
                "deploy the executables of that release, and their gatehouse");
  report.expect(newest < db::kKnownSchema || count >= newest, Severity::error,
                "schema: of " + std::to_string(newest) + " migrations " + std::to_string(count) + " are on record",
                "restore the database, or ask where the others went");
  // On a shared host they lie in the site's folder.
  const std::string executables = settings.home + "/bin";
  const auto programs = files_in(executables);
  const auto is_endpoint = [](const std::filesystem::path& program) { return program.extension() == ".fcgi"; };
  if (std::none_of(programs.begin(), programs.end(), is_endpoint)) return newest >= db::kNeededSchema;
  for (const json::Value& one : read_descriptions(executables)) {
    const json::Value* range = one.find("schema");
    const std::string name(one.string_of("name"));
    if (!range) continue;
    report.expect(integer_of(*range, "needs") <= newest, Severity::error,
                  "schema: " + name + " needs " + std::to_string(integer_of(*range, "needs")) + " and refuses to serve",
                  "gatehouse migrate");
    report.expect(integer_of(*range, "knows") >= oldest_reader, Severity::error,
                  "schema: " + name + " is older than the schema allows, and refuses to serve",
                  "deploy a newer " + name);
  }
  return newest >= db::kNeededSchema;
}

bool comes_by_socket(db::Admin& admin, const std::string& name) {
  const std::string plugin = value_of(
      admin, "SELECT plugin FROM mysql.user WHERE host = 'localhost' AND user = " + db::Admin::quote("gh_" + name));
  return plugin == "unix_socket" || plugin == "auth_socket";
}

enum class Comes { by_password, by_socket };

// What the account may do, as it sees that itself; or as this command's account does, where only the system user of its
// name gets in.
void examine_account(const Settings& settings, const std::filesystem::path& grants, Comes how, Report& report) {
  const bool is_by_socket = how == Comes::by_socket;
  const std::string name = grants.stem().string();
  const std::string account = "accounts: gh_" + name;
  const std::string fix = "gatehouse accounts";
  try {
    db::Target target = is_by_socket ? admin_target(settings) : db::target_for(settings, name);
    const std::string schema = std::exchange(target.name, "");  // one without grants may not even name it
    db::Admin asked(target);
    if (is_by_socket && !comes_by_socket(asked, name)) {
      report.error("accounts: " + settings.credentials + "/" + name + " is missing",
                   "gatehouse accounts, or without passwords gatehouse accounts --by socket");
      return;
    }
    const std::string user = is_by_socket ? "gh_" + name + "@localhost" : value_of(asked, "SELECT CURRENT_USER()");
    const std::size_t at = user.rfind('@');
    std::set<std::string> wanted;
    for (const std::string& grant : grants_in(grants.string(), user.substr(at + 1))) {
      wanted.merge(privileges_in(grant, schema));
    }
    const auto has =
        privileges_of(asked, db::Admin::quote(user.substr(0, at)) + "@" + db::Admin::quote(user.substr(at + 1)));
    std::vector<std::string> missing;
    std::vector<std::string> more;
    std::set_difference(wanted.begin(), wanted.end(), has.begin(), has.end(), std::back_inserter(missing));
    std::set_difference(has.begin(), has.end(), wanted.begin(), wanted.end(), std::back_inserter(more));
    report.expect(missing.empty(), Severity::error, account + " lacks " + (missing.empty() ? "" : missing.front()),
                  fix);
    report.expect(more.empty(), Severity::warning,
                  account + " may do more than its file says: " + (more.empty() ? "" : more.front()), fix);
  } catch (const std::exception& error) {
    report.error(account + ": " + error.what(), fix);
  }
}

void examine_accounts(const Settings& settings, Report& report) {
  const db::Target url = db::parse_url(settings.database_url.reveal());
  const bool is_one_for_all = !url.account.empty();
  bool is_separated = true;
  for (const auto& grants : files_in(settings.home + "/share/sql/grants")) {
    const std::string credentials = settings.credentials + "/" + grants.stem().string();
    std::error_code error;
    if (!std::filesystem::exists(credentials, error)) {
      is_separated = false;
      if (!is_one_for_all && url.socket.empty()) {
        report.error("accounts: " + credentials + " is missing", "gatehouse accounts");
      }
      if (!is_one_for_all && !url.socket.empty()) examine_account(settings, grants, Comes::by_socket, report);
    } else if (::access(credentials.c_str(), R_OK) != 0) {
      report.warn("accounts: " + settings.credentials + " can't be read by who runs this",
                  "run gatehouse doctor as root");
      return;
    } else {
      examine_account(settings, grants, Comes::by_password, report);
    }
  }
  report.expect(is_separated || !is_one_for_all, Severity::warning,
                "accounts: executables share the account of DATABASE_URL: only their code separates them",
                "gatehouse accounts, where the host lets you make accounts");
  std::error_code error;
  if (!std::filesystem::is_directory(settings.home + "/share/sql/grants", error)) return;
  for (const auto& program : files_in(settings.home + "/bin")) {
    if (program.extension() != ".fcgi") continue;
    const std::string grants = settings.home + "/share/sql/grants/" + program.stem().string() + ".sql";
    report.expect(std::filesystem::exists(grants), Severity::error,
                  "accounts: " + program.string() + " has no " + grants,
                  "copy the grants of that release, then gatehouse accounts");
  }
}

void examine_keys(const Settings& settings, Report& report) {
  Operator one("doctor");
  const keys::KeyState* signer = nullptr;
  const auto all = keys::list(one.occasion);
  for (const keys::KeyState& key : all) {
    if (key.phase == keys::Phase::signs) signer = &key;
  }
  if (!report.expect(signer != nullptr, Severity::error, "keys: there is none that signs", "gatehouse key rotate"))
    return;
  const auto age = std::chrono::duration_cast<days>(one.occasion.now - signer->signs_from);
  report.expect(age < kKeyIsOld, Severity::warning,
                "keys: " + signer->kid + " has signed for " + std::to_string(age.count()) + " days",
                "gatehouse key rotate");
  report.expect(all.back().algorithm == settings.algorithm, Severity::warning,
                "keys: the newest is of " + all.back().algorithm + ", and ALGORITHM is " + settings.algorithm,
                "gatehouse key rotate");
}

void examine_housekeeping(db::Admin& admin, Report& report) {
  const Time now = SystemClock().now();
  struct Expiry {
    const char* table;
    const char* column;
  };
  for (const Expiry& one : {Expiry{"gh_sessions", "ends_at"}, Expiry{"gh_revoked_tokens", "expires_at"},
                            Expiry{"gh_throttle", "window_ends_at"}}) {
    report.expect(number_of(admin, std::string("SELECT EXISTS (SELECT 1 FROM ") + one.table + " WHERE " + one.column +
                                       " < " + std::to_string(to_millis(now - kSweepIsLate)) + ")") == 0,
                  Severity::warning, std::string("sweep: ") + one.table + " has rows that ran out two days ago",
                  "gatehouse sweep, every hour by cron or a timer");
  }
  const auto last = parse_integer(value_of(admin, "SELECT MAX(hour) FROM gh_audit_seals"));
  report.expect(last.has_value(), Severity::error, "audit: the trail was never sealed",
                "gatehouse sweep, every hour by cron or a timer");
  if (!last) return;
  report.expect(audit::newest_closed(now) - *last < kHoursUnsealed, Severity::error,
                "audit: the newest seal is of " + audit::name_of_hour(*last),
                "gatehouse sweep, every hour by cron or a timer");
}

void examine_roles(db::Admin& admin, const Settings& settings, Report& report) {
  const std::string& least = settings.require_second_factor_for;
  if (least.empty()) return;
  report.expect(number_of(admin, "SELECT COUNT(*) FROM gh_roles WHERE name = " + db::Admin::quote(least)) == 1,
                Severity::error,
                "REQUIRE_SECOND_FACTOR_FOR: there is no role " + least + ", so it is asked of all above user",
                "gatehouse role list");
}

// What only root and the minting executables may read is judged by who can.
void examine_master_keys(const std::string& file, Report& report) {
  if (::access(file.c_str(), R_OK) != 0) return;
  try {
    report.expect(keys::read_master_keys(file).size() == 1, Severity::warning,
                  "files: " + file + " has an old or a next key: it was not replaced to the end",
                  "gatehouse master rotate");
  } catch (const Misconfigured& wrong) {
    report.error("files: " + std::string(wrong.what()), "put back the file that this database's keys were sealed with");
  }
}

}  // namespace

void examine_files(const Settings& settings, Report& report) {
  const std::filesystem::path home = settings.home;
  const auto secrets = files_in(settings.credentials);
  // On a shared host the group may be all customers of it.
  if (settings.allow_shared_uid || settings.sweep_by_requests) {
    for (const std::string& file : {config::find_file(settings.home), settings.master_key_file}) {
      examine_file(file, S_IRWXG, "holds a secret and can be read by its group", "chmod 600", report);
    }
  }
  for (const auto& file : secrets) examine_secret(file, report);
  for (const auto& file : {settings.master_key_file, settings.audit_key_file, settings.mail_key_file}) {
    examine_secret(file, report);
  }
  examine_master_keys(settings.master_key_file, report);
  for (const std::filesystem::path& file :
       {std::filesystem::path(settings.credentials), std::filesystem::path(settings.run_directory), home / "etc",
        home / "bin", std::filesystem::path(config::find_file(settings.home))}) {
    examine_file(file, S_IWOTH, "can be changed by everybody", "chmod o-w", report);
  }
  for (const auto& file : files_in(home / "bin")) {
    examine_file(file, S_IWGRP | S_IWOTH, "can be changed by others than its owner", "chmod go-w", report);
  }
  // Whoever owns a file can read it, whatever its mode says.
  for (const auto& key : {settings.master_key_file, settings.audit_key_file, settings.mail_key_file}) {
    for (const auto& program : files_in(home / "bin")) {
      if (program.extension() != ".fcgi") continue;
      const uid_t uid = owner_of(std::filesystem::path(settings.credentials) / program.stem());
      report.expect(uid == static_cast<uid_t>(-1) || uid == ::geteuid() || uid == 0 || owner_of(key) != uid,
                    Severity::error, "files: " + key + " belongs to the uid of " + program.stem().string(),
                    "chown root " + key);
    }
  }
}

std::set<std::string> privileges_in(std::string_view grant, const std::string& schema) {
  constexpr std::string_view kGrant = "GRANT ";
  const std::size_t on = grant.rfind(" ON ");
  const std::size_t to = grant.rfind(" TO ");
  if (!grant.starts_with(kGrant) || on == std::string_view::npos || to == std::string_view::npos || to < on) return {};
  const std::string table = " ON `" + schema + "`.`" + std::string(trim(grant.substr(on + 4, to - on - 4))) + "`";
  std::set<std::string> privileges;
  std::string word;  // SELECT
  std::string column;
  bool in_columns = false;
  const std::string list = std::string(grant.substr(kGrant.size(), on - kGrant.size())) + ",";
  for (const char c : list) {
    if (c == '(') {
      in_columns = true;
    } else if (c == ',' || c == ')') {
      if (in_columns) {
        privileges.insert(std::string(trim(word)) + " (`" + std::string(trim(column)) + "`)" + table);
        column.clear();
        in_columns = c == ',';
        if (c == ')') word.clear();
      } else if (!trim(word).empty()) {
        privileges.insert(std::string(trim(word)) + table);
        word.clear();
      }
    } else {
      (in_columns ? column : word) += c;
    }
  }
  return privileges;
}

void examine_database(const Settings& settings, Report& report) {
  try {
    const db::Target target = admin_target(settings);
    // A connection asserts what each must have: READ COMMITTED, strict mode, UTC, utf8mb4.
    db::Admin admin(target);
    report.good();
    examine_server(admin, target, report);
    if (!examine_schema(admin, settings, report)) return;
    examine_accounts(settings, report);
    examine_keys(settings, report);
    examine_roles(admin, settings, report);
    examine_housekeeping(admin, report);
  } catch (const std::exception& error) {
    report.error(std::string("database: ") + error.what(),
                 "see DATABASE_URL, and CREDENTIALS/gatehouse for this command's account");
  }
}

void examine_log(const std::string& file, Report& report) {
  constexpr std::streamoff kTail = 4 * 1024 * 1024;
  std::ifstream log(file);
  if (!report.expect(log.good(), Severity::warning, "log: " + file + " can't be read",
                     "name it with --log, or run this as root"))
    return;
  log.seekg(0, std::ios::end);
  log.seekg(std::max<std::streamoff>(0, log.tellg() - kTail));
  bool is_forwarded = false;
  for (std::string line; std::getline(log, line);) {
    is_forwarded =
        is_forwarded || line.find("X-Forwarded-For was sent, and TRUSTED_PROXIES is empty") != std::string::npos;
  }
  report.expect(
      !is_forwarded, Severity::warning,
      "log: X-Forwarded-For arrives while TRUSTED_PROXIES is empty: behind a proxy all clients are one address",
      "TRUSTED_PROXIES = the proxy's address, in the front server's configuration too; without a proxy, nothing");
}

}  // namespace gatehouse::tool::doctor
