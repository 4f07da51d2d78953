// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "json/json.h"

namespace gatehouse::tool {

// What a program says, run without an environment. Throws CommandError when it can't be run or does not exit with 0.
std::string output_of(const std::vector<std::string>& command);

// What an executable says of itself (`X.fcgi --describe`), for each endpoint in it.
std::vector<json::Value> descriptions_of(const std::string& program);

enum class Asked { everybody, auth_host };

// What every executable in a folder says of itself, by route; or only those that the auth host
// has a URL for, and not what answers on guarded sites. Asking the executables in service, and not this build, keeps
// routes and API description true while files of different age stand side by side.
std::vector<json::Value> read_descriptions(const std::string& directory, Asked asked = Asked::auth_host);

// A member that is a whole number; 0 otherwise.
std::int64_t integer_of(const json::Value& object, std::string_view name);

}  // namespace gatehouse::tool
