// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "auth/process.h"
#include "crypto/random.h"
#include "db/admin.h"

namespace gatehouse::tool {

// What the person asked for can't be done; the message says why. Exit status 1.
struct CommandError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What follows the command's name: `--name value`, and words.
class Arguments {
 public:
  // Throws CommandError on an option that is not in `known`, or has no value.
  Arguments(std::span<const std::string> words, std::initializer_list<const char*> known);

  std::optional<std::string> option(const std::string& name) const;
  std::string option(const std::string& name, const std::string& fallback) const;
  std::string required(const std::string& name) const;
  const std::vector<std::string>& words() const { return words_; }

 private:
  std::map<std::string, std::string> options_;
  std::vector<std::string> words_;
};

struct Command {
  const char* name;     // "user add"
  const char* summary;  // one line
  const char* help;     // what --help prints below the summary
  int (*run)(std::span<const std::string> arguments);
};

int config_check(std::span<const std::string> arguments);
int config_keys(std::span<const std::string> arguments);
int setup(std::span<const std::string> arguments);
int migrate(std::span<const std::string> arguments);
int schema(std::span<const std::string> arguments);
int accounts(std::span<const std::string> arguments);
int user_recount(std::span<const std::string> arguments);
int user_add(std::span<const std::string> arguments);
int user_import(std::span<const std::string> arguments);
int user_export(std::span<const std::string> arguments);
int user_list(std::span<const std::string> arguments);
int user_show(std::span<const std::string> arguments);
int user_role(std::span<const std::string> arguments);
int user_deactivate(std::span<const std::string> arguments);
int user_activate(std::span<const std::string> arguments);
int user_unlock(std::span<const std::string> arguments);
int user_remove_factor(std::span<const std::string> arguments);
int user_password(std::span<const std::string> arguments);
int user_password_reset_link(std::span<const std::string> arguments);
int role_list(std::span<const std::string> arguments);
int role_add(std::span<const std::string> arguments);
int role_grant(std::span<const std::string> arguments);
int role_revoke(std::span<const std::string> arguments);
int role_remove(std::span<const std::string> arguments);
int group_list(std::span<const std::string> arguments);
int group_add(std::span<const std::string> arguments);
int group_set(std::span<const std::string> arguments);
int group_remove(std::span<const std::string> arguments);
int group_member(std::span<const std::string> arguments);
int key_rotate(std::span<const std::string> arguments);
int key_list(std::span<const std::string> arguments);
int key_revoke(std::span<const std::string> arguments);
int master_rotate(std::span<const std::string> arguments);
int master_list(std::span<const std::string> arguments);
int restored_command(std::span<const std::string> arguments);
int sweep(std::span<const std::string> arguments);
int audit_seal(std::span<const std::string> arguments);
int audit_verify(std::span<const std::string> arguments);
int audit_export(std::span<const std::string> arguments);
int audit_key(std::span<const std::string> arguments);
int breach_build(std::span<const std::string> arguments);
int breach_check(std::span<const std::string> arguments);
int mail_send(std::span<const std::string> arguments);
int mail_list(std::span<const std::string> arguments);
int mail_retry(std::span<const std::string> arguments);
int mail_key(std::span<const std::string> arguments);
int guard_check(std::span<const std::string> arguments);
int guard_test(std::span<const std::string> arguments);
int hosting_prepare(std::span<const std::string> arguments);
int hosting_upgrade(std::span<const std::string> arguments);
int routes(std::span<const std::string> arguments);
int limits(std::span<const std::string> arguments);
int openapi(std::span<const std::string> arguments);
int generate(std::span<const std::string> arguments);
int slots(std::span<const std::string> arguments);
int units(std::span<const std::string> arguments);
int manual(std::span<const std::string> arguments);
int completion(std::span<const std::string> arguments);
int doctor_command(std::span<const std::string> arguments);
int jwt_verify(std::span<const std::string> arguments);

// Every command there is.
std::span<const Command> commands();

// Every configuration key as a Markdown table; README.md holds it, and a test compares the two.
std::string config_table();

// The whole command line, without the program's name. Answers the exit status.
int run(std::span<const std::string> words);

// The configuration as the executables see it, and what it opens.
config::Loaded load_config(const std::optional<std::string>& file = std::nullopt);
db::Target admin_target(const Settings& settings);
std::string read_standard_input();
// "--seconds", from 1 to a day.
seconds budget_of(const Arguments& given);
// As its own account; prints what it did. False: there is more, for the next time.
bool seal_audit_trail(seconds budget);

}  // namespace gatehouse::tool
