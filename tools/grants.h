// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "command.h"

namespace gatehouse::tool {

// The statements of a grants file, without its comments, as granted to this host.
std::vector<std::string> grants_in(const std::string& file, const std::string& host);

// What an account ('gh_x'@'localhost', quoted) may do, one privilege a row: "SELECT (`id`) ON `gatehouse`.`gh_users`".
std::set<std::string> privileges_of(db::Admin& admin, const std::string& quoted);

}  // namespace gatehouse::tool
