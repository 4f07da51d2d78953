// SPDX-License-Identifier: Apache-2.0
#include "auth/guard/guard_sql.h"

namespace gatehouse::guard {

using db::Kind;
using db::Statement;

// The one query of a request with the guard's cookie, in the order that sessions::principal_of reads.
const Statement kByCookie(Kind::read, "guard.by_cookie",
                          "SELECT c.hash, s.user_id, s.ends_at, s.expires_at, s.ended_at, s.authenticated_at,"
                          " s.last_used_at, s.scopes,"
                          " u.username, u.email, u.full_name, u.role, u.is_active, u.is_verified, u.created_at,"
                          " u.updated_at, u.language,"
                          " (SELECT GROUP_CONCAT(g.name) FROM gh_group_members m JOIN gh_groups g ON g.id = m.group_id"
                          " WHERE m.user_id = u.id), s.amr"
                          " FROM gh_guard_cookies c JOIN gh_sessions s ON s.id = c.session_id"
                          " JOIN gh_users u ON u.id = s.user_id WHERE c.session_id = ? AND c.site = ?"
                          " AND c.origin = ?");

// Its own record: a code gives nothing before it is used, and that goes to the audit trail.
const Statement kIssueCode(Kind::counter, "guard.issue_code",
                           "INSERT INTO gh_guard_codes (hash, session_id, site, state, return_to, expires_at)"
                           " VALUES (?, ?, ?, ?, ?, ?)");

// Decides which of many uses is the one. Whoever shows it on its site spends it, the wrong browser too: what a page
// there could read is good for nobody.
const Statement kUseCode(Kind::write, "guard.use_code",
                         "UPDATE gh_guard_codes SET used_at = ? WHERE hash = ? AND site = ?"
                         " AND used_at IS NULL AND expires_at > ?");

const Statement kCode(Kind::read, "guard.code",
                      "SELECT c.session_id, c.return_to, s.user_id, s.ends_at, c.state FROM gh_guard_codes c"
                      " JOIN gh_sessions s ON s.id = c.session_id WHERE c.hash = ? AND s.ended_at IS NULL"
                      " AND s.expires_at > ? AND s.ends_at > ?");

const Statement kWasSwapped(Kind::read, "guard.was_swapped",
                            "SELECT 1 FROM gh_guard_codes c JOIN gh_guard_cookies k"
                            " ON k.session_id = c.session_id AND k.site = c.site WHERE c.hash = ? AND k.hash = ?");

// One browser, one session, one cookie for each origin of a site: the next takes the place of the last.
const Statement kSetCookie(Kind::write, "guard.set_cookie",
                           "INSERT INTO gh_guard_cookies (session_id, site, origin, hash, created_at, ends_at)"
                           " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE hash = ?, created_at = ?, ends_at = ?");

}  // namespace gatehouse::guard
