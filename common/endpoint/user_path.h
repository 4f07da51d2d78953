// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

#include "base/ids.h"
#include "http/input.h"

namespace gatehouse {

// …/users/{id}: whose account it is about.
inline constexpr http::IntegerRule kUserIdRule{
    .least = 1, .most = std::numeric_limits<std::int64_t>::max(), .meaning = "a user's id"};

inline UserId read_user_id(http::Input& in) { return UserId{in.integer("id", kUserIdRule)}; }

}  // namespace gatehouse
