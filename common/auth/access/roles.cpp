// SPDX-License-Identifier: Apache-2.0
#include "auth/access/roles.h"

#include "auth/access/roles_sql.h"

namespace gatehouse::access {
namespace {

void add_word(Rights& rights, std::string_view kind, std::string_view word) {
  if (kind == "permission") rights.permissions = rights.permissions.with(PermissionSet::parse(word));
  if (kind == "scope") rights.scopes = rights.scopes.with(ScopeSet::parse(word));
}

}  // namespace

const Role* RoleMap::find(std::string_view role) const {
  const auto found = roles.find(role);
  return found == roles.end() ? nullptr : &found->second;
}

Rights RoleMap::rights_of(const Role& role, const std::vector<std::string>& of_groups) const {
  Rights rights = role.rights;
  for (const std::string& group : of_groups) {
    if (const auto found = groups.find(group); found != groups.end()) rights = rights.with(found->second);
  }
  return rights;
}

const RoleMap& Roles::present(db::Database& database, Time now) {
  // A clock set back must not freeze what is known.
  if (read_at_ && now >= *read_at_ && now < *read_at_ + seconds(1)) return map_;
  RoleMap fresh;
  for (db::Rows row = database.query(kRoleMap); row.next();) {
    const bool is_role = row.boolean(0);
    const std::string name = row.text(1);
    Rights& rights = is_role ? fresh.roles[name].rights : fresh.groups[name];
    if (is_role) fresh.roles[name].place = static_cast<int>(row.integer(2));
    if (!row.is_null(3)) add_word(rights, row.text(3), row.text(4));
  }
  map_ = std::move(fresh);
  read_at_ = now;
  return map_;
}

std::vector<std::string> parse_groups(std::string_view list) {
  std::vector<std::string> groups;
  while (!list.empty()) {
    const std::string_view name = list.substr(0, list.find(','));
    groups.emplace_back(name);
    list.remove_prefix(name.size() == list.size() ? name.size() : name.size() + 1);
  }
  return groups;
}

}  // namespace gatehouse::access
