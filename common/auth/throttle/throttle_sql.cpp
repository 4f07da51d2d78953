// SPDX-License-Identifier: Apache-2.0
#include "auth/throttle/throttle_sql.h"

namespace gatehouse::throttle {

// Until when this address, and until when the whole account, is locked (0: not; NULL: no failure is counted); and when
// somebody last logged in from here.
const db::Statement kLookUp(db::Kind::read, "throttle.look_up",
                            "SELECT (SELECT locked_until FROM gh_throttle WHERE subject = ? AND address = ?),"
                            " (SELECT locked_until FROM gh_throttle WHERE subject = ? AND address = ''),"
                            " (SELECT last_login_at FROM gh_known_addresses WHERE subject = ? AND address = ?)");

// Two rows at once: this address, and the account ('' as address, with ten times the limit). A guess that was not
// evaluated adds nothing to the account's count, or one locked address could lock the account for everybody.
// Assignments run from left to right, each seeing the ones before it. A lock is not prolonged while it lasts, and when
// it ends the count starts anew.
const db::Statement kCountFailure(
    db::Kind::counter, "throttle.count_failure",
    "INSERT INTO gh_throttle (subject, address, failures, window_ends_at, locked_until)"
    " VALUES (?, ?, 1, ?, ?), (?, '', ?, ?, 0)"
    " ON DUPLICATE KEY UPDATE"
    " failures = IF(window_ends_at <= ?, 0, failures) + IF(address = '', ?, 1),"
    " window_ends_at = IF(window_ends_at <= ?, ?, window_ends_at),"
    " locked_until = IF(failures >= IF(address = '', ?, ?) AND locked_until <= ?, ?, locked_until),"
    " window_ends_at = IF(locked_until > ?, locked_until, window_ends_at)");

const db::Statement kFailures(db::Kind::read, "throttle.failures",
                              "SELECT (SELECT failures FROM gh_throttle WHERE subject = ? AND address = ?),"
                              " (SELECT failures FROM gh_throttle WHERE subject = ? AND address = '')");

const db::Statement kForget(db::Kind::counter, "throttle.forget",
                            "DELETE FROM gh_throttle WHERE subject = ? AND address = ?");

const db::Statement kForgetAll(db::Kind::counter, "throttle.forget_all", "DELETE FROM gh_throttle WHERE subject = ?");

const db::Statement kForgetAddresses(db::Kind::counter, "throttle.forget_addresses",
                                     "DELETE FROM gh_known_addresses WHERE subject = ?");

const db::Statement kRemember(db::Kind::counter, "throttle.remember_address",
                              "INSERT INTO gh_known_addresses (subject, address, last_login_at) VALUES (?, ?, ?)"
                              " ON DUPLICATE KEY UPDATE last_login_at = ?");

}  // namespace gatehouse::throttle
