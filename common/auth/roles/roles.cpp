// SPDX-License-Identifier: Apache-2.0
#include "auth/roles/roles.h"

#include <algorithm>

#include "auth/audit/audit.h"
#include "auth/roles/roles_sql.h"
#include "base/text.h"

namespace gatehouse::roles {
namespace {

using access::PermissionSet;
using access::Rights;
using access::ScopeSet;
using audit::Event;

constexpr std::size_t kDetailBytes = 255;

Refusal conflict(std::string why) { return {Reason::conflict, std::move(why)}; }
Refusal invalid(std::string why) { return {Reason::invalid, std::move(why)}; }
Refusal no_such_role(std::string_view role) { return {Reason::not_found, "there is no role " + std::string(role)}; }

bool is_first(std::string_view role) {
  constexpr std::string_view kFirst[] = {access::kUser, access::kModerator, access::kAdmin, access::kSuperAdmin};
  return std::find(std::begin(kFirst), std::end(kFirst), role) != std::end(kFirst);
}

bool is_name(std::string_view name) {
  return name.size() >= 2 && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
           return is_lower(c) || is_digit(c) || c == '_' || c == '-';
         });
}

void record(db::Work& work, const Occasion& occasion, const std::string& detail) {
  audit::record(work, occasion, Event::role_edited, {.detail = std::string(cut_utf8(detail, kDetailBytes))});
}

struct Word {
  const char* kind;
  std::string name;
};

Result<std::vector<Word>> known(const std::vector<std::string>& names) {
  std::vector<Word> words;
  for (const std::string& name : names) {
    const bool is_permission = !PermissionSet::parse(name).empty();
    if (!is_permission && ScopeSet::parse(name).empty()) return invalid("there is no permission or scope " + name);
    words.push_back({is_permission ? "permission" : "scope", name});
  }
  return words;
}

std::vector<Word> words_of(const Rights& rights) {
  std::vector<Word> words;
  for (const std::string& name : split(rights.permissions.text(), ' ')) words.push_back({"permission", name});
  for (const std::string& name : split(rights.scopes.text(), ' ')) words.push_back({"scope", name});
  return words;
}

std::string text_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += " " + name;
  return text;
}

// Which of all roles is the highest that stands not above a place; nullptr: none.
const Role* highest_at(const std::vector<Role>& all, std::int64_t place) {
  const Role* highest = nullptr;
  for (const Role& role : all) {
    if (role.place <= place) highest = &role;
  }
  return highest;
}

const Role* find(const std::vector<Role>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Role& role) { return role.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Result<Role> insert(const Occasion& occasion, std::string_view name, std::int64_t place, const Role* below) {
  if (!is_name(name)) return invalid("a role's name has 2 to 32 of a-z, 0-9, '_' and '-'");
  const Role role{std::string(name), place, below ? below->rights : Rights{}};
  return occasion.database().unit([&](db::Work& work) -> Result<Role> {
    if (!work.claim(kInsert, {role.name, role.place})) return conflict("there is a role " + role.name + " already");
    for (const Word& word : words_of(role.rights)) work.run(kInsertRight, {role.name, word.kind, word.name});
    record(work, occasion,
           "role " + role.name + " at " + std::to_string(place) + (below ? ", as " + below->name : std::string()));
    return role;
  });
}

}  // namespace

std::vector<Role> list(const Occasion& occasion) {
  std::vector<Role> all;
  for (db::Rows row = occasion.database().query(kList); row.next();) {
    all.push_back({row.text(0), row.integer(1),
                   Rights{PermissionSet::parse(row.optional_text(2).value_or("")),
                          ScopeSet::parse(row.optional_text(3).value_or(""))}});
  }
  return all;
}

Result<Role> add(const Occasion& occasion, std::string_view name, const Above& where) {
  const auto all = list(occasion);
  const Role* below = find(all, where.role);
  if (!below) return no_such_role(where.role);
  const auto next = std::find_if(all.begin(), all.end(), [&](const Role& role) { return role.place > below->place; });
  if (next == all.end()) return invalid("nobody is above " + where.role);
  const std::int64_t place = below->place + (next->place - below->place) / 2;
  if (place == below->place) {
    return conflict("there is no place left between " + where.role + " and " + next->name + "; say --place");
  }
  return insert(occasion, name, place, below);
}

Result<Role> add(const Occasion& occasion, std::string_view name, const At& where) {
  const auto all = list(occasion);
  const Role* top = find(all, access::kSuperAdmin);
  if (where.place < 1 || (top && where.place >= top->place)) {
    return invalid("a role's place is above 0 and below super_admin's");
  }
  return insert(occasion, name, where.place, highest_at(all, where.place));
}

Result<Done> grant(const Occasion& occasion, const std::string& role, const std::vector<std::string>& names) {
  const auto words = known(names);
  if (!words) return words.refusal();
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    if (!work.query(kHold, {role}).next()) return no_such_role(role);
    for (const Word& word : *words) {
      // Already there: as it should be.
      static_cast<void>(work.claim(kInsertRight, {role, word.kind, word.name}));
    }
    record(work, occasion, "role " + role + " granted" + text_of(names));
    return Done{};
  });
}

Result<Done> revoke(const Occasion& occasion, const std::string& role, const std::vector<std::string>& names) {
  if (role == access::kSuperAdmin) return conflict("super_admin keeps all it has");
  const auto words = known(names);
  if (!words) return words.refusal();
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    if (!work.query(kHold, {role}).next()) return no_such_role(role);
    for (const Word& word : *words) work.run(kDeleteRight, {role, word.kind, word.name});
    record(work, occasion, "role " + role + " revoked" + text_of(names));
    return Done{};
  });
}

Result<Done> remove(const Occasion& occasion, const std::string& role) {
  if (is_first(role)) return conflict(role + " can't be removed");
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    if (!work.query(kHold, {role}).next()) return no_such_role(role);
    if (work.query(kHolder, {role}).next()) return conflict("somebody has the role " + role);
    work.run(kForgetRights, {role});
    work.run(kDelete, {role});
    record(work, occasion, "role " + role + " removed");
    return Done{};
  });
}

}  // namespace gatehouse::roles
