// SPDX-License-Identifier: Apache-2.0
#include "endpoint/same_origin.h"

#include <algorithm>

#include "http/media_type.h"

namespace gatehouse {
namespace {

constexpr std::string_view kOurs = "same-origin";

Refusal foreign() { return {Reason::forbidden, "this request does not come from a page of this site"}; }

}  // namespace

bool is_allowed_origin(const Settings& settings, std::string_view origin) {
  return std::any_of(settings.allowed_origins.begin(), settings.allowed_origins.end(),
                     [&](const std::string& allowed) { return allowed == origin; });
}

Result<Done> check_same_origin(const Settings& settings, const http::Request& request) {
  if (!request.origin.empty()) {
    if (is_allowed_origin(settings, request.origin)) return Done{};
    if (request.origin != settings.public_url) return foreign();
  }
  if (!request.fetch_site.empty()) {
    if (request.fetch_site != kOurs) return foreign();
    return Done{};
  }
  if (request.origin.empty() && !http::is_json(request.content_type)) return foreign();
  return Done{};
}

}  // namespace gatehouse
