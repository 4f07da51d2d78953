// SPDX-License-Identifier: Apache-2.0
#include "auth/roles/roles.h"

#include <cstdio>

#include "base/text.h"
#include "operator.h"

namespace gatehouse::tool {
namespace {

void print(const roles::Role& role) {
  const std::string words = role.rights.beyond({});
  std::printf("%-32s  %6lld  %s\n", role.name.c_str(), static_cast<long long>(role.place),
              words.empty() ? "-" : words.c_str());
}

void print(const Occasion& occasion, const std::string& name) {
  for (const roles::Role& role : roles::list(occasion)) {
    if (role.name == name) print(role);
  }
}

std::string the_role(const Arguments& given) {
  if (given.words().size() != 1) throw CommandError("name one role; `gatehouse role list` shows them");
  return given.words()[0];
}

// ROLE WORD…
int edit(std::span<const std::string> arguments, const char* request,
         Result<Done> (*change)(const Occasion&, const std::string&, const std::vector<std::string>&)) {
  const Arguments given(arguments, {});
  if (given.words().size() < 2) throw CommandError("name a role, and the permissions and scopes to change");
  const std::string& role = given.words()[0];
  const Operator by(request);
  const auto done = change(by.occasion, role, {given.words().begin() + 1, given.words().end()});
  if (!done) refuse(done.refusal());
  print(by.occasion, role);
  return 0;
}

}  // namespace

int role_list(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  const Operator by("gatehouse:role-list");
  for (const roles::Role& role : roles::list(by.occasion)) print(role);
  return 0;
}

int role_add(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--above", "--place"});
  const std::string name = the_role(given);
  const auto above = given.option("--above");
  const auto place = given.option("--place");
  if (above.has_value() == place.has_value()) throw CommandError("say either --above ROLE or --place N");
  const auto number = parse_integer(place.value_or("0"));
  if (!number) throw CommandError("--place must be a whole number");
  const Operator by("gatehouse:role-add");
  const auto role =
      above ? roles::add(by.occasion, name, roles::Above{*above}) : roles::add(by.occasion, name, roles::At{*number});
  if (!role) refuse(role.refusal());
  print(*role);
  return 0;
}

int role_grant(std::span<const std::string> arguments) { return edit(arguments, "gatehouse:role-grant", roles::grant); }

int role_revoke(std::span<const std::string> arguments) {
  return edit(arguments, "gatehouse:role-revoke", roles::revoke);
}

int role_remove(std::span<const std::string> arguments) {
  const std::string role = the_role(Arguments(arguments, {}));
  const Operator by("gatehouse:role-remove");
  const auto done = roles::remove(by.occasion, role);
  if (!done) refuse(done.refusal());
  return 0;
}

}  // namespace gatehouse::tool
