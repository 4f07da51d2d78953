// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstring>

#include "auth/administration/administration.h"
#include "auth/recovery/reset.h"
#include "auth/users/roster.h"
#include "operator.h"

namespace gatehouse::tool {
namespace {

using administration::Administrator;

constexpr std::int64_t kAtOnce = 500;

void print(const users::User& user) {
  std::printf("%8lld  %-50s  %-16s  %-8s  %s\n", static_cast<long long>(user.id.value), user.username.c_str(),
              user.role.c_str(), user.is_active ? "active" : "inactive", user.email.c_str());
}

std::string the_user(const Arguments& given) {
  if (given.words().size() != 1) throw CommandError("name one user, by user name or email");
  return given.words()[0];
}

int set_active(std::span<const std::string> arguments, const char* request, bool is_active) {
  const std::string name = the_user(Arguments(arguments, {}));
  const Operator by(request);
  const auto user = administration::change(by.occasion, Administrator::the_operator(), user_named(by.occasion, name).id,
                                           {.full_name = {}, .is_active = is_active, .is_verified = {}});
  if (!user) refuse(user.refusal());
  print(*user);
  return 0;
}

}  // namespace

int user_list(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--role"});
  if (!given.words().empty()) throw CommandError("takes no words; `gatehouse user show USER` shows one account");
  const auto role = given.option("--role");
  const Operator by("gatehouse:user-list");
  std::vector<users::User> some;
  do {
    some = users::roster(by.occasion, role, some.empty() ? UserId{} : some.back().id, kAtOnce);
    for (const users::User& user : some) print(user);
  } while (static_cast<std::int64_t>(some.size()) == kAtOnce);
  return 0;
}

int user_show(std::span<const std::string> arguments) {
  const std::string name = the_user(Arguments(arguments, {}));
  const Operator by("gatehouse:user-show");
  const users::Credentials known = user_named(by.occasion, name);
  const auto user = administration::read(by.occasion, known.id);
  if (!user) refuse(user.refusal());
  const auto line = [](const char* what, const std::string& text) { std::printf("%-12s  %s\n", what, text.c_str()); };
  std::string groups;
  for (const std::string& group : known.groups) groups += (groups.empty() ? "" : " ") + group;
  line("id", std::to_string(user->id.value));
  line("username", user->username);
  line("email", user->email);
  line("full_name", user->full_name.value_or("-"));
  line("role", user->role);
  line("groups", groups.empty() ? "-" : groups);
  line("is_active", user->is_active ? "yes" : "no");
  line("is_verified", user->is_verified ? "yes" : "no");
  line("password", known.password_hash.empty() ? "none" : "set");
  line("factor", known.factor_confirmed_at ? "since " + to_rfc3339(*known.factor_confirmed_at) : "none");
  line("created_at", to_rfc3339(user->created_at));
  line("last_login", known.last_login_at ? to_rfc3339(*known.last_login_at) : "-");
  return 0;
}

int user_role(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  if (given.words().size() != 2) throw CommandError("name one user and one role");
  const Operator by("gatehouse:user-role");
  const auto user = administration::change_role(by.occasion, Administrator::the_operator(),
                                                user_named(by.occasion, given.words()[0]).id, given.words()[1]);
  if (!user) refuse(user.refusal());
  print(*user);
  return 0;
}

int user_deactivate(std::span<const std::string> arguments) {
  return set_active(arguments, "gatehouse:user-deactivate", false);
}

int user_activate(std::span<const std::string> arguments) {
  return set_active(arguments, "gatehouse:user-activate", true);
}

int user_unlock(std::span<const std::string> arguments) {
  const std::string name = the_user(Arguments(arguments, {}));
  const Operator by("gatehouse:user-unlock");
  const auto done =
      administration::unlock(by.occasion, Administrator::the_operator(), user_named(by.occasion, name).id);
  if (!done) refuse(done.refusal());
  return 0;
}

int user_remove_factor(std::span<const std::string> arguments) {
  const std::string name = the_user(Arguments(arguments, {}));
  const Operator by("gatehouse:user-remove-factor");
  const auto done =
      administration::remove_factor(by.occasion, Administrator::the_operator(), user_named(by.occasion, name).id);
  if (!done) refuse(done.refusal());
  return 0;
}

int user_password(std::span<const std::string> arguments) {
  const std::string name = the_user(Arguments(arguments, {}));
  std::string typed = read_standard_input();
  if (typed.ends_with('\n')) typed.pop_back();
  const Secret password(typed);
  check("the password", typed, users::kNewPassword);
  explicit_bzero(typed.data(), typed.size());
  const Operator by("gatehouse:user-password");
  const users::Credentials user = user_named(by.occasion, name);
  const auto done = administration::set_password(by.occasion, user.id, user.username, password);
  if (!done) refuse(done.refusal());
  return 0;
}

int user_password_reset_link(std::span<const std::string> arguments) {
  const std::string name = the_user(Arguments(arguments, {}));
  const Operator by("gatehouse:user-password-reset-link");
  const auto token = recovery::make_reset_token(by.occasion, user_named(by.occasion, name).id);
  if (!token) refuse(token.refusal());
  const std::string text(token->reveal());
  std::printf("%s\n", text.c_str());
  // Behind a '#': what stands there is in no server's log, and in no Referer.
  const std::string& page = by.occasion.settings().page_reset_url;
  if (!page.empty()) std::printf("%s#token=%s\n", page.c_str(), text.c_str());
  return 0;
}

}  // namespace gatehouse::tool
