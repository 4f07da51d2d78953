// SPDX-License-Identifier: Apache-2.0
#include "auth/access/rights.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace gatehouse::access {
namespace {

constexpr std::string_view kSitePrefix = "site:";
constexpr std::size_t kMostSiteBytes = 32;
constexpr std::size_t kFewSites = 4;  // of a credential: all its words fit a column of 255

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

bool is_site_name(std::string_view name) {
  return !name.empty() && name.size() <= kMostSiteBytes && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

ScopeSet ScopeSet::parse(std::string_view text) {
  ScopeSet set(ScopeWords::parse(text));
  for (const std::string& word : split(text, ' ')) {
    const bool names_site = word.starts_with(kSitePrefix) && is_site_name(std::string_view(word).substr(5));
    if (names_site) set.sites_.push_back(word.substr(kSitePrefix.size()));
  }
  std::sort(set.sites_.begin(), set.sites_.end());
  set.sites_.erase(std::unique(set.sites_.begin(), set.sites_.end()), set.sites_.end());
  return set;
}

std::string ScopeSet::text() const {
  std::string text = words_.text();
  for (const std::string& site : sites_) text += (text.empty() ? "site:" : " site:") + site;
  return text;
}

bool ScopeSet::opens(std::string_view site) const { return std::binary_search(sites_.begin(), sites_.end(), site); }

ScopeSet ScopeSet::with_few_sites() const {
  return {words_, {sites_.begin(), sites_.begin() + static_cast<std::ptrdiff_t>(std::min(sites_.size(), kFewSites))}};
}

ScopeSet ScopeSet::within(const ScopeSet& other) const {
  ScopeSet set(words_.within(other.words_));
  std::set_intersection(sites_.begin(), sites_.end(), other.sites_.begin(), other.sites_.end(),
                        std::back_inserter(set.sites_));
  return set;
}

ScopeSet ScopeSet::without(const ScopeSet& other) const {
  ScopeSet set(words_.without(other.words_));
  std::set_difference(sites_.begin(), sites_.end(), other.sites_.begin(), other.sites_.end(),
                      std::back_inserter(set.sites_));
  return set;
}

ScopeSet ScopeSet::with(const ScopeSet& other) const {
  ScopeSet set(words_.with(other.words_));
  std::set_union(sites_.begin(), sites_.end(), other.sites_.begin(), other.sites_.end(),
                 std::back_inserter(set.sites_));
  return set;
}

ScopeSet grant(const ScopeSet& most, const std::optional<std::string>& asked) {
  return asked ? ScopeSet::parse(*asked).within(most).with_few_sites() : most.words();
}

}  // namespace gatehouse::access
