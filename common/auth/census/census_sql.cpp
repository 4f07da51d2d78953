// SPDX-License-Identifier: Apache-2.0
#include "auth/census/census_sql.h"

namespace gatehouse::census {

using db::Kind;
using db::Statement;

const Statement kAdd(Kind::counter, "census.add",
                     "INSERT INTO gh_user_counts (role, is_active, shard, users) VALUES (?, ?, ?, ?)"
                     " ON DUPLICATE KEY UPDATE users = users + ?");

const Statement kTotals(Kind::read, "census.totals",
                        "SELECT role, is_active, CAST(SUM(users) AS SIGNED) FROM gh_user_counts GROUP BY role, "
                        "is_active HAVING SUM(users) > 0");

const Statement kForget(Kind::operation, "census.forget", "DELETE FROM gh_user_counts");

const Statement kCountAll(Kind::operation, "census.count_all",
                          "INSERT INTO gh_user_counts (role, is_active, shard, users)"
                          " SELECT role, is_active, 0, COUNT(*) FROM gh_users GROUP BY role, is_active");

}  // namespace gatehouse::census
