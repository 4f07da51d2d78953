// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/users/users.h"

namespace gatehouse::users {

// For the operator, who walks through everybody, or all of one role: at most so many of those after this id.
std::vector<User> roster(const Occasion& occasion, const std::optional<std::string>& role, UserId after,
                         std::int64_t most);

}  // namespace gatehouse::users
