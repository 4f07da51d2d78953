// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "auth/users/users.h"
#include "base/text.h"
#include "command.h"

namespace gatehouse::tool {
namespace {

// The same rule that a request's field is judged by.
void check(const char* what, std::string_view text, const TextRule& rule) {
  const std::size_t length = count_code_points(text);
  if (!is_utf8(text) || length < rule.least || length > rule.most) {
    throw CommandError(std::string(what) + " must have " + std::to_string(rule.least) + " to " +
                       std::to_string(rule.most) + " characters");
  }
  if (!rule.check) return;
  if (const auto wrong = rule.check(text); !wrong.empty())
    throw CommandError(std::string(what) + " " + std::string(wrong));
}

bool anybody_is(db::Admin& admin, const std::string& role) {
  return !admin.query("SELECT 1 FROM gh_users WHERE role = " + db::Admin::quote(role) + " LIMIT 1").empty();
}

}  // namespace

int user_add(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--username", "--email", "--role", "--full-name", "--if-none"});
  const std::string role = given.option("--role", access::kUser);
  config::Loaded loaded = load_config();
  if (given.option("--if-none")) {
    db::Admin admin(admin_target(loaded.settings));
    if (anybody_is(admin, role)) {
      std::printf("there is a %s already\n", role.c_str());
      return 0;
    }
  }

  users::NewUser wanted;
  wanted.username = given.required("--username");
  wanted.email = given.required("--email");
  wanted.full_name = given.option("--full-name");
  std::string typed = read_standard_input();
  if (typed.ends_with('\n')) typed.pop_back();
  wanted.password = Secret(typed);
  check("--username", *wanted.username, users::kUsername);
  check("--email", wanted.email, users::kEmail);
  if (wanted.full_name) check("--full-name", *wanted.full_name, users::kFullName);
  check("the password", typed, users::kNewPassword);

  SystemClock clock;
  crypto::SystemRandomness random;
  Process process(std::move(loaded.settings), "gatehouse", keys::Power::verifies, clock, random, write_to_stderr);
  const auto user =
      users::add_user({.process = process, .now = clock.now(), .request_id = "gatehouse:user-add"}, wanted, role);
  if (!user) {
    std::string why = user.refusal().detail;
    for (const FieldError& error : user.refusal().fields) why += "; " + error.field + " " + error.message;
    throw CommandError(why);
  }
  std::printf("user %lld: %s, %s\n", static_cast<long long>(user->id.value), user->username.c_str(),
              user->role.c_str());
  return 0;
}

}  // namespace gatehouse::tool
