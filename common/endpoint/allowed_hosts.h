// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/config.h"
#include "base/result.h"

namespace gatehouse {

// Whether ALLOWED_HOSTS lists it, with any port unless one is listed with it.
bool is_allowed_host(const Settings& settings, std::string_view host);

// Refuses a Host that is none (400) or not ours (421): a page of somebody else's name is not served from here. A
// request without one passes: HTTP/1.0 has none, and nothing is built from it.
Result<Done> check_host(const Settings& settings, std::string_view host);

}  // namespace gatehouse
