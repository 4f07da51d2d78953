// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/config.h"
#include "json/json.h"

namespace gatehouse::tool {

// The limit of each method of a route, as its executable describes it.
struct RouteLimits {
  std::string path;
  std::vector<std::pair<std::string, Limit>> methods;
};
RouteLimits limits_of(const json::Value& description);

// What stands in nginx's location of such a route: whole lines, each behind `indent`. Nothing where the handlers count
// (RATE_LIMIT_STORE = mysql).
std::string nginx_limits(const RouteLimits& route, const Settings& settings, std::string_view indent);

// What they refer to, for nginx's http block.
std::string nginx_zones(const Settings& settings);

}  // namespace gatehouse::tool
