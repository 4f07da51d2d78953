// SPDX-License-Identifier: Apache-2.0
#include "auth/access/rights.h"

namespace gatehouse::access {
namespace {

constexpr Named<Scope> kScopes[] = {
    {Scope::profile_read, "profile:read", "Read one's own profile."},
    {Scope::profile_write, "profile:write", "Change one's own profile, password, keys and sessions."},
    {Scope::posts_read, "posts:read", "Read posts."},
    {Scope::posts_write, "posts:write", "Write and change posts."},
    {Scope::posts_delete, "posts:delete", "Delete posts."},
    {Scope::users_read, "users:read", "Read other people's accounts."},
    {Scope::users_write, "users:write", "Change other people's accounts."},
    {Scope::admin, "admin", "Administer the installation: roles, groups, the audit trail."},
};

constexpr Named<Permission> kPermissions[] = {
    {Permission::read_own_profile, "read:own_profile", "Read one's own profile."},
    {Permission::update_own_profile, "update:own_profile", "Change one's own profile."},
    {Permission::delete_own_account, "delete:own_account", "Deactivate one's own account."},
    {Permission::create_post, "create:post", "Write posts."},
    {Permission::read_post, "read:post", "Read posts."},
    {Permission::update_own_post, "update:own_post", "Change one's own posts."},
    {Permission::delete_own_post, "delete:own_post", "Delete one's own posts."},
    {Permission::update_any_post, "update:any_post", "Change anybody's posts."},
    {Permission::delete_any_post, "delete:any_post", "Delete anybody's posts."},
    {Permission::read_all_users, "read:all_users", "Read anybody's account."},
    {Permission::update_any_user, "update:any_user", "Change anybody's account."},
    {Permission::delete_any_user, "delete:any_user", "Delete anybody's account."},
    {Permission::manage_roles, "manage:roles", "Give and take roles and groups."},
    {Permission::view_audit_log, "view:audit_log", "Read the audit trail."},
    {Permission::manage_system, "manage:system", "Everything else."},
};

}  // namespace

std::span<const Named<Scope>> words_of(Scope) { return kScopes; }
std::span<const Named<Permission>> words_of(Permission) { return kPermissions; }

std::string Rights::beyond(const Rights& most) const {
  const std::string missing = permissions.without(most.permissions).text();
  const std::string scope = scopes.without(most.scopes).text();
  return missing + (missing.empty() || scope.empty() ? "" : " ") + scope;
}

ScopeSet grant(ScopeSet most, const std::optional<std::string>& asked) {
  return asked ? ScopeSet::parse(*asked).within(most) : most;
}

}  // namespace gatehouse::access
