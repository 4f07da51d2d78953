// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/sessions_sql.h"

namespace gatehouse::sessions {

const db::Statement kInsertSession(
    db::Kind::write, "sessions.insert",
    "INSERT INTO gh_sessions (id, user_id, refresh_jti, scopes, authenticated_at, created_at, last_used_at, expires_at,"
    " ends_at, address, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

// The newest of those that are one too many; what is older was ended when it became so.
const db::Statement kOldestBeyond(
    db::Kind::read, "sessions.oldest_beyond",
    "SELECT id FROM gh_sessions WHERE user_id = ? AND ended_at IS NULL AND expires_at > ? AND ends_at > ?"
    " ORDER BY created_at DESC, id LIMIT 10 OFFSET ?");

const db::Statement kEndSession(db::Kind::write, "sessions.end",
                                "UPDATE gh_sessions SET ended_at = ?, ended_why = ? WHERE id = ? AND ended_at IS NULL");

const db::Statement kBearer(
    db::Kind::read, "sessions.bearer",
    "SELECT s.user_id, s.ends_at, s.expires_at, s.ended_at,"
    " (SELECT 1 FROM gh_revoked_tokens r WHERE r.jti = ?),"
    " u.username, u.email, u.full_name, u.role, u.is_active, u.is_verified, u.created_at, u.updated_at"
    " FROM gh_sessions s JOIN gh_users u ON u.id = s.user_id WHERE s.id = ?");

}  // namespace gatehouse::sessions
