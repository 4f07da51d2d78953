// SPDX-License-Identifier: Apache-2.0
#include "auth/rates/rates_sql.h"

namespace gatehouse::rates {

using db::Kind;
using db::Statement;

const Statement kOpen(Kind::counter, "rates.open",
                      "INSERT IGNORE INTO gh_rate_slots (slot, window_ends_at, used) VALUES (?, ?, ?)");

// Decides, and begins a new window where the slot is of another. Assignments are made from left to right.
const Statement kDraw(Kind::counter, "rates.draw",
                      "UPDATE gh_rate_slots SET used = IF(window_ends_at = ?, used, 0) + ?, window_ends_at = ?"
                      " WHERE slot = ? AND (window_ends_at <> ? OR used + ? <= ?)");

const Statement kUsed(Kind::read, "rates.used", "SELECT used FROM gh_rate_slots WHERE slot = ? AND window_ends_at = ?");

const Statement kSalt(Kind::read, "rates.salt", "SELECT window_ends_at, used FROM gh_rate_slots WHERE slot = ?");

}  // namespace gatehouse::rates
