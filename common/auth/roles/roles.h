// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access/roles.h"
#include "auth/process.h"
#include "base/result.h"

// What the operator may change of roles; every process sees it within a second. super_admin keeps all it has, and
// nobody is above it; the four first roles stay, since policies name them.
namespace gatehouse::roles {

struct Role {
  std::string name;
  std::int64_t place = 0;
  access::Rights rights;
};

// From the lowest to the highest.
std::vector<Role> list(const Occasion& occasion);

// Where a new role stands: halfway between this one and the next above it …
struct Above {
  std::string role;
};
// … or exactly here. Two roles may stand at one place: then neither is above the other.
struct At {
  std::int64_t place;
};
// It begins with the rights of the role below it.
Result<Role> add(const Occasion& occasion, std::string_view name, const Above& where);
Result<Role> add(const Occasion& occasion, std::string_view name, const At& where);

// Permissions and scopes, by their names.
Result<Done> grant(const Occasion& occasion, const std::string& role, const std::vector<std::string>& words);
Result<Done> revoke(const Occasion& occasion, const std::string& role, const std::vector<std::string>& words);

// One that nobody has. Whoever is given it in the very same moment has a role that grants nothing.
Result<Done> remove(const Occasion& occasion, const std::string& role);

}  // namespace gatehouse::roles
