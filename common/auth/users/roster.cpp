// SPDX-License-Identifier: Apache-2.0
#include "auth/users/roster.h"

#include "auth/users/roster_sql.h"

namespace gatehouse::users {

std::vector<User> roster(const Occasion& occasion, const std::optional<std::string>& role, UserId after,
                         std::int64_t most) {
  std::vector<User> users;
  db::Database& database = occasion.database();
  db::Rows row = role ? database.query(kRosterOfRole, {*role, after, most}) : database.query(kRoster, {after, most});
  while (row.next()) users.push_back(read_user(row, 1, row.user_id(0)));
  return users;
}

}  // namespace gatehouse::users
