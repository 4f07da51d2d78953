// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access/rights.h"
#include "base/time.h"
#include "db/database.h"

namespace gatehouse::access {

// The roles that a migration seeds; operators may add others between them.
inline constexpr const char* kUser = "user";
inline constexpr const char* kModerator = "moderator";
inline constexpr const char* kAdmin = "admin";
inline constexpr const char* kSuperAdmin = "super_admin";

struct Role {
  int place = 0;  // in the hierarchy: a minimum role lets the higher ones pass
  Rights rights;
};

// What each role and each group may do, as of one look.
struct RoleMap {
  std::map<std::string, Role, std::less<>> roles;
  std::map<std::string, Rights, std::less<>> groups;  // those that have any

  // nullptr: no such role, and it grants nothing.
  const Role* find(std::string_view role) const;
  Rights rights_of(const Role& role, const std::vector<std::string>& groups) const;
};

// The role map as this process knows it, read again at most once a second: a change acts within a second, and a request
// pays nothing for it.
class Roles {
 public:
  const RoleMap& present(db::Database& database, Time now);

 private:
  RoleMap map_;
  std::optional<Time> read_at_;
};

// "admins,editors", as the queries give a user's groups.
std::vector<std::string> parse_groups(std::string_view list);

}  // namespace gatehouse::access
