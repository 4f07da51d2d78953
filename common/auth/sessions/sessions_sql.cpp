// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/sessions_sql.h"

namespace gatehouse::sessions {

// A row if the password that was checked is still the account's, and the second factor is (or is missing) as it was
// read; both then stay so until the unit ends: a login and a change of either take turns, and whoever comes second sees
// what the first did. The column, which is not locked:
// how many sessions have not been ended; those that only ran out count too, so there are never more than it says.
const db::Statement kAdmit(
    db::Kind::read, "sessions.admit",
    "SELECT (SELECT COUNT(*) FROM gh_sessions s WHERE s.user_id = p.user_id AND s.ended_at IS NULL)"
    " FROM gh_passwords p WHERE p.user_id = ? AND p.hash = ?"
    " AND (SELECT t.confirmed_at FROM gh_totp t WHERE t.user_id = p.user_id LOCK IN SHARE MODE) <=> ?"
    " LOCK IN SHARE MODE");

const db::Statement kInsertSession(
    db::Kind::write, "sessions.insert",
    "INSERT INTO gh_sessions (id, user_id, refresh_jti, scopes, authenticated_at, created_at, last_used_at, expires_at,"
    " ends_at, address, user_agent, cookie_hash, amr) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

// Those beyond the allowed number; a session's expires_at is never after its ends_at.
const db::Statement kOldestBeyond(db::Kind::read, "sessions.oldest_beyond",
                                  "SELECT id FROM gh_sessions WHERE user_id = ? AND ended_at IS NULL AND expires_at > ?"
                                  " ORDER BY created_at DESC LIMIT 10 OFFSET ?");

const db::Statement kInsertStep(
    db::Kind::write, "sessions.insert_step",
    "INSERT INTO gh_login_steps (hash, user_id, account, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)");

// Before a code is looked at: however many come at once, so many are.
const db::Statement kTakeTry(db::Kind::counter, "sessions.take_try",
                             "UPDATE gh_login_steps SET tries = tries + 1"
                             " WHERE hash = ? AND tries < ? AND used_at IS NULL AND expires_at > ?");

const db::Statement kFindStep(
    db::Kind::read, "sessions.find_step",
    "SELECT l.user_id, l.account, l.scopes, u.username, u.role, u.is_active, p.hash,"
    " (SELECT GROUP_CONCAT(g.name) FROM gh_group_members m JOIN gh_groups g ON g.id = m.group_id"
    " WHERE m.user_id = u.id), u.last_login_at, u.updated_at,"
    " (SELECT t.confirmed_at FROM gh_totp t WHERE t.user_id = u.id)"
    " FROM gh_login_steps l JOIN gh_users u ON u.id = l.user_id LEFT JOIN gh_passwords p ON p.user_id = l.user_id"
    " WHERE l.hash = ?");

// The session that it leads to is its record.
const db::Statement kSpendStep(db::Kind::counter, "sessions.spend_step",
                               "UPDATE gh_login_steps SET used_at = ? WHERE hash = ? AND used_at IS NULL");

const db::Statement kOwnCredentials(db::Kind::read, "sessions.own_credentials",
                                    "SELECT p.hash, (SELECT t.confirmed_at FROM gh_totp t WHERE t.user_id = p.user_id)"
                                    " FROM gh_passwords p WHERE p.user_id = ?");

// Held, so that what is used up for it is not used up in vain.
const db::Statement kHoldLogin(db::Kind::read, "sessions.hold_login",
                               "SELECT authenticated_at, amr FROM gh_sessions WHERE id = ? AND ended_at IS NULL"
                               " FOR UPDATE");
const db::Statement kRenew(db::Kind::write, "sessions.renew",
                           "UPDATE gh_sessions SET authenticated_at = ?, amr = ? WHERE id = ?");

const db::Statement kIsLive(
    db::Kind::read, "sessions.is_live",
    "SELECT 1 FROM gh_sessions WHERE id = ? AND user_id = ? AND ended_at IS NULL AND ends_at > ?");

// Many sessions of one user may begin in one minute: the user's row is not made hot by it.
const db::Statement kNoteLogin(db::Kind::counter, "sessions.note_login",
                               "UPDATE gh_users SET last_login_at = ? WHERE id = ?"
                               " AND (last_login_at IS NULL OR last_login_at < ?)");

const db::Statement kBearer(
    db::Kind::read, "sessions.bearer",
    "SELECT s.user_id, s.ends_at, s.expires_at, s.ended_at,"
    " (SELECT 1 FROM gh_revoked_tokens r WHERE r.jti = ?), s.authenticated_at, s.last_used_at,"
    " u.username, u.email, u.full_name, u.role, u.is_active, u.is_verified, u.created_at, u.updated_at, u.language,"
    " (SELECT GROUP_CONCAT(g.name) FROM gh_group_members m JOIN gh_groups g ON g.id = m.group_id"
    " WHERE m.user_id = u.id), s.amr"
    " FROM gh_sessions s JOIN gh_users u ON u.id = s.user_id WHERE s.id = ?");

const db::Statement kTouch(db::Kind::counter, "sessions.touch",
                           "UPDATE gh_sessions SET last_used_at = ? WHERE id = ? AND last_used_at < ?");

// In the order that sessions::principal_of reads.
const db::Statement kByCookie(
    db::Kind::read, "sessions.by_cookie",
    "SELECT s.cookie_hash, s.user_id, s.ends_at, s.expires_at, s.ended_at, s.authenticated_at, s.last_used_at,"
    " s.scopes,"
    " u.username, u.email, u.full_name, u.role, u.is_active, u.is_verified, u.created_at, u.updated_at, u.language,"
    " (SELECT GROUP_CONCAT(g.name) FROM gh_group_members m JOIN gh_groups g ON g.id = m.group_id"
    " WHERE m.user_id = u.id), s.amr"
    " FROM gh_sessions s JOIN gh_users u ON u.id = s.user_id WHERE s.id = ?");

// A session that is used by pages idles no longer, and never outlives its end.
const db::Statement kKeepAlive(db::Kind::counter, "sessions.keep_alive",
                               "UPDATE gh_sessions SET last_used_at = ?, expires_at = LEAST(ends_at, ?)"
                               " WHERE id = ? AND last_used_at < ? AND ended_at IS NULL");

const db::Statement kForRefresh(
    db::Kind::read, "sessions.for_refresh",
    "SELECT s.user_id, s.refresh_jti, s.previous_jti, s.successor, s.retry_key_hash, s.rotated_at, s.scopes,"
    " s.authenticated_at, s.expires_at, s.ends_at, s.ended_at, u.username, u.role, u.is_active,"
    " (SELECT GROUP_CONCAT(g.name) FROM gh_group_members m JOIN gh_groups g ON g.id = m.group_id"
    " WHERE m.user_id = u.id), s.refreshes, s.refreshes_until, s.amr"
    " FROM gh_sessions s JOIN gh_users u ON u.id = s.user_id WHERE s.id = ?");

// The one statement that decides who may use a refresh token. Assignments are made from left to right.
const db::Statement kRotate(
    db::Kind::write, "sessions.rotate",
    "UPDATE gh_sessions SET refresh_jti = ?, previous_jti = ?, successor = ?, retry_key_hash = ?, rotated_at = ?,"
    " last_used_at = ?, expires_at = ?, refreshes = IF(refreshes_until = ?, refreshes + 1, 1), refreshes_until = ?"
    " WHERE id = ? AND refresh_jti = ? AND ended_at IS NULL");

// What ends takes its sealed successor with it.
const db::Statement kEnd(db::Kind::write, "sessions.end",
                         "UPDATE gh_sessions SET ended_at = ?, ended_why = ?, successor = NULL"
                         " WHERE id = ? AND ended_at IS NULL");

const db::Statement kOwnerByCookie(db::Kind::read, "sessions.owner_by_cookie",
                                   "SELECT user_id FROM gh_sessions WHERE id = ? AND cookie_hash = ?"
                                   " AND ended_at IS NULL");

const db::Statement kEndOwn(db::Kind::write, "sessions.end_own",
                            "UPDATE gh_sessions SET ended_at = ?, ended_why = ?, successor = NULL"
                            " WHERE id = ? AND user_id = ? AND ended_at IS NULL AND expires_at > ? AND ends_at > ?");

const db::Statement kWasEnded(db::Kind::read, "sessions.was_ended",
                              "SELECT 1 FROM gh_sessions WHERE id = ? AND user_id = ? AND ended_at = ?");

const db::Statement kEndOthers(db::Kind::write, "sessions.end_others",
                               "UPDATE gh_sessions SET ended_at = ?, ended_why = ?, successor = NULL"
                               " WHERE user_id = ? AND id <> ? AND ended_at IS NULL");

const db::Statement kEndAll(db::Kind::write, "sessions.end_all",
                            "UPDATE gh_sessions SET ended_at = ?, ended_why = ?, successor = NULL"
                            " WHERE user_id = ? AND ended_at IS NULL");

const db::Statement kRevokeToken(db::Kind::write, "sessions.revoke_token",
                                 "INSERT INTO gh_revoked_tokens (jti, expires_at) VALUES (?, ?)");

const db::Statement kListLive(db::Kind::read, "sessions.list_live",
                              "SELECT id, created_at, last_used_at, address, user_agent, scopes FROM gh_sessions"
                              " WHERE user_id = ? AND ended_at IS NULL AND expires_at > ? AND ends_at > ? ORDER BY "
                              "created_at DESC, id LIMIT 1000");

}  // namespace gatehouse::sessions
