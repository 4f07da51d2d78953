// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "auth/process.h"
#include "base/result.h"

namespace gatehouse::site {

// The page at "/": HTML without script, style or anything from elsewhere.
std::string front_page(const Occasion& occasion);

// OPENAPI_FILE as `gatehouse openapi` wrote it, read at each request so that a redeploy shows at once.
Result<std::string> read_description(const Occasion& occasion);

}  // namespace gatehouse::site
