// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "auth/process.h"

namespace gatehouse::keys {

// The JSON Web Key Set of every key that is not retired.
std::string key_set(const Occasion& occasion);

// RFC 8414, for gateways that verify tokens. It lists no grant: there is no OAuth client to use one, and the password
// is nobody else's to ask for.
std::string server_metadata(const Occasion& occasion);

}  // namespace gatehouse::keys
