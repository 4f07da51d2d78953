// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/config.h"
#include "base/result.h"
#include "http/request.h"

namespace gatehouse {

// Whether a request that changes something comes from a page of ours: Origin is PUBLIC_URL, with Sec-Fetch-Site
// same-origin where it is sent (neighbours on a shared host are same-site), or Origin stands in ALLOWED_ORIGINS. With
// neither header only a JSON body passes, which no form of another site can send.
Result<Done> check_same_origin(const Settings& settings, const http::Request& request);

bool is_allowed_origin(const Settings& settings, std::string_view origin);

}  // namespace gatehouse
