// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/rows.h"

namespace gatehouse::audit {

Row read_row(const db::Rows& rows) {
  const auto integer = [&](unsigned column) {
    return rows.is_null(column) ? std::nullopt : std::optional(rows.integer(column));
  };
  return {.id = rows.integer(0),
          .at = rows.integer(1),
          .event = rows.text(2),
          .user_id = integer(3),
          .session_id = rows.optional_text(4),
          .address = rows.text(5),
          .user_agent = rows.text(6),
          .request_id = rows.text(7),
          .actor_id = integer(8),
          .key_id = rows.optional_text(9),
          .detail = rows.optional_text(10)};
}

}  // namespace gatehouse::audit
