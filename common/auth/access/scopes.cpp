// SPDX-License-Identifier: Apache-2.0
#include "auth/access/scopes.h"

#include <algorithm>
#include <utility>

namespace gatehouse::access {
namespace {

constexpr std::pair<Scope, std::string_view> kScopes[] = {
    {Scope::profile_read, "profile:read"}, {Scope::profile_write, "profile:write"},
    {Scope::posts_read, "posts:read"},     {Scope::posts_write, "posts:write"},
    {Scope::posts_delete, "posts:delete"}, {Scope::users_read, "users:read"},
    {Scope::users_write, "users:write"},   {Scope::admin, "admin"},
};

// ASCII words in the database and in tokens: executables of different age read them.
constexpr std::pair<Role, std::string_view> kRoles[] = {
    {Role::user, "user"},
    {Role::moderator, "moderator"},
    {Role::admin, "admin"},
    {Role::super_admin, "super_admin"},
};

constexpr ScopeSet kOfUser{Scope::profile_read, Scope::profile_write, Scope::posts_read, Scope::posts_write};
constexpr ScopeSet kOfModerator{Scope::profile_read, Scope::profile_write, Scope::posts_read,
                                Scope::posts_write,  Scope::posts_delete,  Scope::users_read};

}  // namespace

ScopeSet ScopeSet::parse(std::string_view text) {
  ScopeSet set;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    for (const auto& [scope, name] : kScopes) {
      if (name == text.substr(0, end)) set.bits_ |= bit(scope);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return set;
}

std::string ScopeSet::text() const {
  std::string text;
  for (const auto& [scope, name] : kScopes) {
    if (!contains(scope)) continue;
    if (!text.empty()) text += ' ';
    text += name;
  }
  return text;
}

std::string_view name_of(Role role) { return kRoles[static_cast<int>(role)].second; }

std::optional<Role> role_named(std::string_view name) {
  for (const auto& [role, known] : kRoles) {
    if (known == name) return role;
  }
  return std::nullopt;
}

ScopeSet grantable(Role role) {
  switch (role) {
    case Role::user: return kOfUser;
    case Role::moderator: return kOfModerator;
    case Role::admin:
    case Role::super_admin: return ScopeSet::all();
  }
  return {};
}

ScopeSet grant(Role role, std::optional<std::string_view> asked) {
  const ScopeSet most = grantable(role);
  return asked ? ScopeSet::parse(*asked).within(most) : most;
}

}  // namespace gatehouse::access
