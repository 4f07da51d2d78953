// SPDX-License-Identifier: Apache-2.0
#include "auth/allowances/allowances_sql.h"

namespace gatehouse::allowances {

using db::Kind;
using db::Statement;

const Statement kOpen(Kind::counter, "allowances.open",
                      "INSERT IGNORE INTO gh_allowances (bucket, window_ends_at, drawn) VALUES (?, ?, 0)");

// Decides: never more than the allowance is drawn, by however many at once.
const Statement kDraw(Kind::counter, "allowances.draw",
                      "UPDATE gh_allowances SET drawn = drawn + ? WHERE bucket = ? AND window_ends_at = ?"
                      " AND drawn + ? <= ?");

const Statement kDrawn(Kind::read, "allowances.drawn",
                       "SELECT drawn FROM gh_allowances WHERE bucket = ? AND window_ends_at = ?");

}  // namespace gatehouse::allowances
