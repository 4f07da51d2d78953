// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access/roles.h"
#include "base/config.h"

namespace gatehouse::access {

// How far somebody's role and groups reach in the hands of a credential: all the way, or, where the role is one that
// REQUIRE_SECOND_FACTOR_FOR names or a higher one (or groups give what no lower one has) and no second factor was shown
// (`amr`), as far as an ordinary user's and no farther: role, place in the hierarchy, groups, permissions and scopes.
// What is cut comes back with the factor.
struct Reach {
  std::string role;  // as which they act
  int place = 0;
  std::vector<std::string> groups;
  Rights rights;
  bool is_cut = false;
};

// nullopt: no such role, and it grants nothing.
std::optional<Reach> reach_of(const Settings& settings, const RoleMap& map, std::string_view role,
                              const std::vector<std::string>& groups, std::string_view amr);
// The same with any amr.
std::optional<Reach> full_reach_of(const RoleMap& map, std::string_view role, const std::vector<std::string>& groups);

}  // namespace gatehouse::access
