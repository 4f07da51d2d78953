// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "auth/outbox/mail_key.h"
#include "base/failure.h"
#include "base/ids.h"
#include "base/text.h"
#include "db/schema.h"
#include "doctor.h"
#include "grants.h"
#include "operator.h"

namespace gatehouse::tool {
namespace {

std::vector<std::filesystem::path> grants_files(const Settings& settings) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(settings.home + "/share/sql/grants")) {
    if (entry.path().extension() == ".sql") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// What this build's executables would miss in the database; nothing is changed.
std::vector<std::string> missing(const Settings& settings) {
  db::Target target = admin_target(settings);
  const std::string schema = std::exchange(target.name, "");
  db::Admin admin(target);
  if (admin.query("SHOW TABLES FROM `" + schema + "` LIKE 'gh\\_migrations'").empty()) return {"the schema"};
  std::vector<std::string> missing;
  const auto newest = admin.query("SELECT MAX(version) FROM `" + schema + "`.gh_migrations").at(0).at(0);
  if (parse_integer(newest).value_or(0) < db::kKnownSchema) {
    missing.push_back("schema: it is at " + newest + ", this build makes it " + std::to_string(db::kKnownSchema));
  }
  if (!db::parse_url(settings.database_url.reveal()).account.empty()) return missing;
  for (const auto& file : grants_files(settings)) {
    const std::string account = "gh_" + file.stem().string();
    const auto accounts =
        admin.query("SELECT DISTINCT GRANTEE FROM information_schema.USER_PRIVILEGES WHERE GRANTEE LIKE " +
                    db::Admin::quote("'" + account + "'@%"));
    if (accounts.empty()) missing.push_back("there is no account " + account);
    for (const auto& row : accounts) {
      std::set<std::string> wanted;
      for (const std::string& grant : grants_in(file.string(), "localhost")) {
        wanted.merge(doctor::privileges_in(grant, schema));
      }
      for (const std::string& has : privileges_of(admin, row[0])) wanted.erase(has);
      if (!wanted.empty()) missing.push_back(account + " lacks " + *wanted.begin());
    }
  }
  return missing;
}

void do_command(const std::vector<std::string>& words) {
  if (run(words) != 0) throw CommandError("gatehouse " + words.front() + " failed; what was done before it stays");
}

// None where DATABASE_URL names one account for all. At an upgrade executables of before still serve, so nothing is
// taken away.
void make_accounts(const Settings& settings) {
  if (db::parse_url(settings.database_url.reveal()).account.empty()) do_command({"accounts", "--expand", "yes"});
}

// Only where they are missing, and nothing waits that only a lost one opens.
void make_keys_of_mail(const Settings& settings) {
  try {
    if (outbox::read_mail_key(settings) && outbox::read_mail_public_key(settings).size() > 0) return;
  } catch (const Misconfigured&) {
    // The public half is missing.
  }
  do_command({"mail", "key", "--make", "yes"});
}

void make_first_administrator(const Settings& settings, const Arguments& given) {
  db::Admin admin(admin_target(settings));
  if (!admin.query("SELECT 1 FROM gh_users WHERE role = 'super_admin' LIMIT 1").empty()) return;
  const bool is_typed = given.option("--password", "random") == "stdin";
  crypto::SystemRandomness random;
  std::string password = is_typed ? read_standard_input() : draw_secret(random);
  if (password.ends_with('\n')) password.pop_back();
  users::NewUser wanted;
  wanted.username = given.option("--username", "admin");
  wanted.email = given.option("--email", "admin@localhost.localdomain");
  wanted.password = Secret(password);
  check("--username", *wanted.username, users::kUsername);
  check("--email", wanted.email, users::kEmail);
  check("the password", password, users::kNewPassword);
  const Operator by("gatehouse:setup");
  const auto user = users::add_user(by.occasion, wanted, "super_admin");
  if (!user) refuse(user.refusal());
  std::printf("first administrator: %s", user->username.c_str());
  if (!is_typed) std::printf(", password %s (shown once)", password.c_str());
  std::puts("");
}

}  // namespace

int setup(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--username", "--email", "--password", "--check"});
  const Settings settings = load_config().settings;
  if (given.option("--check")) {
    const auto all = missing(settings);
    for (const std::string& one : all) std::printf("%s\n", one.c_str());
    return all.empty() ? 0 : 1;
  }
  do_command({"migrate"});
  make_accounts(settings);
  do_command({"key", "rotate", "--if-needed", "yes"});
  make_keys_of_mail(settings);
  make_first_administrator(settings, given);
  do_command({"generate"});
  return 0;
}

}  // namespace gatehouse::tool
