// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "auth/process.h"

namespace gatehouse::keys {

// The JSON Web Key Set of every key that is not retired.
std::string key_set(const Occasion& occasion);

}  // namespace gatehouse::keys
