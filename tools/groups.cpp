// SPDX-License-Identifier: Apache-2.0
#include "auth/groups/groups.h"

#include <cstdio>

#include "operator.h"

namespace gatehouse::tool {
namespace {

constexpr std::int64_t kAtOnce = 500;

std::string joined(const groups::Group& group) {
  std::string text;
  for (const auto* words : {&group.permissions, &group.scopes}) {
    for (const std::string& word : *words) text += (text.empty() ? "" : " ") + word;
  }
  return text.empty() ? "-" : text;
}

void print(const groups::Group& group) { std::printf("%-32s  %s\n", group.name.c_str(), joined(group).c_str()); }

std::string the_group(const Arguments& given) {
  if (given.words().size() != 1) throw CommandError("name one group");
  check("the name", given.words()[0], groups::kName);
  return given.words()[0];
}

groups::Wanted wanted_by(const Arguments& given) {
  return {.name = the_group(given), .permissions = given.option("--permissions"), .scopes = given.option("--scopes")};
}

administration::Administrator me() { return administration::Administrator::the_operator(); }

groups::Group group_named(const Occasion& occasion, const std::string& name) {
  auto group = groups::find(occasion, name);
  if (!group) throw CommandError("there is no group " + name);
  return std::move(*group);
}

}  // namespace

int group_list(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  const Operator by("gatehouse:group-list");
  groups::Page page;
  do {
    page = groups::list(by.occasion, page.groups.empty() ? "" : page.groups.back().name, kAtOnce);
    for (const groups::Group& group : page.groups) print(group);
  } while (page.has_more);
  return 0;
}

int group_add(std::span<const std::string> arguments) {
  const groups::Wanted wanted = wanted_by(Arguments(arguments, {"--permissions", "--scopes"}));
  const Operator by("gatehouse:group-add");
  const auto group = groups::create(by.occasion, me(), wanted);
  if (!group) refuse(group.refusal());
  print(*group);
  return 0;
}

int group_set(std::span<const std::string> arguments) {
  const groups::Wanted wanted = wanted_by(Arguments(arguments, {"--permissions", "--scopes"}));
  const Operator by("gatehouse:group-set");
  const auto group = groups::set_rights(by.occasion, wanted);
  if (!group) refuse(group.refusal());
  print(*group);
  return 0;
}

int group_remove(std::span<const std::string> arguments) {
  const std::string name = the_group(Arguments(arguments, {}));
  const Operator by("gatehouse:group-remove");
  const auto done = groups::remove(by.occasion, name);
  if (!done) refuse(done.refusal());
  return 0;
}

int group_member(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--add", "--remove"});
  const std::string name = the_group(given);
  const Operator by("gatehouse:group-member");
  const groups::Group group = group_named(by.occasion, name);
  if (const auto user = given.option("--add")) {
    const auto done = groups::add_member(by.occasion, me(), group.id, user_named(by.occasion, *user).id);
    if (!done) refuse(done.refusal());
  }
  if (const auto user = given.option("--remove")) {
    const auto done = groups::remove_member(by.occasion, me(), group.id, user_named(by.occasion, *user).id);
    if (!done) refuse(done.refusal());
  }
  std::vector<groups::Member> members;
  do {
    members = groups::members(by.occasion, group.id, members.empty() ? UserId{} : members.back().id, kAtOnce);
    for (const groups::Member& member : members) {
      std::printf("%8lld  %-50s  %-16s  %s\n", static_cast<long long>(member.id.value), member.username.c_str(),
                  member.role.c_str(), member.is_active ? "active" : "inactive");
    }
  } while (static_cast<std::int64_t>(members.size()) == kAtOnce);
  return 0;
}

}  // namespace gatehouse::tool
