// SPDX-License-Identifier: Apache-2.0
#include "auth/access/reach.h"

#include <algorithm>

#include "auth/access/assurance.h"

namespace gatehouse::access {
namespace {

// Whoever has the role or a higher one; or, by groups, what no role below it has.
bool wants_second_factor(const Settings& settings, const RoleMap& map, const Role& role, const Rights& own) {
  if (settings.require_second_factor_for.empty()) return false;
  if (const Role* least = map.find(settings.require_second_factor_for)) {
    Rights below;
    for (const auto& [name, each] : map.roles) {
      if (each.place < least->place) below = below.with(each.rights);
    }
    const bool is_below =
        own.permissions.without(below.permissions).empty() && own.scopes.words().without(below.scopes.words()).empty();
    return role.place >= least->place || !is_below;
  }
  // A role that is not, or no longer, in the map is a reason to ask more, not less.
  const Role* ordinary = map.find(kUser);
  return !ordinary || role.place > ordinary->place;
}

}  // namespace

std::optional<Reach> full_reach_of(const RoleMap& map, std::string_view role, const std::vector<std::string>& groups) {
  const Role* known = map.find(role);
  if (!known) return std::nullopt;
  return Reach{
      .role = std::string(role), .place = known->place, .groups = groups, .rights = map.rights_of(*known, groups)};
}

std::optional<Reach> reach_of(const Settings& settings, const RoleMap& map, std::string_view role,
                              const std::vector<std::string>& groups, std::string_view amr) {
  const Role* known = map.find(role);
  if (!known) return std::nullopt;
  const Rights own = map.rights_of(*known, groups);
  if (has_second_factor(amr) || !wants_second_factor(settings, map, *known, own)) {
    return full_reach_of(map, role, groups);
  }
  const Role* ordinary = map.find(kUser);
  Reach cut{.role = kUser, .place = 0, .groups = {}, .rights = {}, .is_cut = true};
  if (!ordinary) return cut;
  cut.place = std::min(known->place, ordinary->place);
  cut.rights = {own.permissions.within(ordinary->rights.permissions), own.scopes.within(ordinary->rights.scopes)};
  return cut;
}

}  // namespace gatehouse::access
