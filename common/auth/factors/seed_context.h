// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/ids.h"

namespace gatehouse::factors {

// What a TOTP seed is sealed for.
inline std::string seed_context(UserId user) { return "totp:" + std::to_string(user.value); }

}  // namespace gatehouse::factors
