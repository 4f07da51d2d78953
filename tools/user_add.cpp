// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "auth/users/users.h"
#include "operator.h"

namespace gatehouse::tool {
namespace {

bool anybody_is(db::Admin& admin, const std::string& role) {
  return !admin.query("SELECT 1 FROM gh_users WHERE role = " + db::Admin::quote(role) + " LIMIT 1").empty();
}

}  // namespace

int user_add(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--username", "--email", "--role", "--full-name", "--service", "--if-none"});
  const std::string role = given.option("--role", access::kUser);
  if (given.option("--if-none")) {
    db::Admin admin(admin_target(load_config().settings));
    if (anybody_is(admin, role)) {
      std::printf("there is a %s already\n", role.c_str());
      return 0;
    }
  }

  users::NewUser wanted;
  wanted.username = given.required("--username");
  wanted.email = given.required("--email");
  wanted.full_name = given.option("--full-name");
  const bool is_service = given.option("--service").has_value();
  std::string typed = is_service ? "" : read_standard_input();
  if (typed.ends_with('\n')) typed.pop_back();
  wanted.password = Secret(typed);
  check("--username", *wanted.username, users::kUsername);
  check("--email", wanted.email, users::kEmail);
  if (wanted.full_name) check("--full-name", *wanted.full_name, users::kFullName);
  if (!is_service) check("the password", typed, users::kNewPassword);

  const Operator by("gatehouse:user-add");
  const auto user =
      is_service ? users::add_service(by.occasion, wanted, role) : users::add_user(by.occasion, wanted, role);
  if (!user) refuse(user.refusal());
  std::printf("user %lld: %s, %s\n", static_cast<long long>(user->id.value), user->username.c_str(),
              user->role.c_str());
  return 0;
}

}  // namespace gatehouse::tool
