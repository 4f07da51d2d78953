// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "db/database.h"

namespace gatehouse::audit {

// A row of gh_audit as it stands there, whatever it holds.
struct Row {
  std::int64_t id = 0;
  std::int64_t at = 0;
  std::string event{};
  std::optional<std::int64_t> user_id{};
  std::optional<std::string> session_id{};
  std::string address{};
  std::string user_agent{};
  std::string request_id{};
  std::optional<std::int64_t> actor_id{};
  std::optional<std::string> key_id{};
  std::optional<std::string> detail{};
};

// Of a statement that selects the columns in this order.
Row read_row(const db::Rows& rows);

}  // namespace gatehouse::audit
