// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/sessions_sql.h"

namespace gatehouse::sessions {

const db::Statement kInsertSession(
    db::Kind::write, "sessions.insert",
    "INSERT INTO gh_sessions (id, user_id, refresh_jti, scopes, authenticated_at, created_at, last_used_at, expires_at,"
    " ends_at, address, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

// Those beyond the allowed number; a session's expires_at is never after its ends_at.
const db::Statement kOldestBeyond(db::Kind::read, "sessions.oldest_beyond",
                                  "SELECT id FROM gh_sessions WHERE user_id = ? AND ended_at IS NULL AND expires_at > ?"
                                  " ORDER BY created_at DESC LIMIT 10 OFFSET ?");

const db::Statement kIsLive(
    db::Kind::read, "sessions.is_live",
    "SELECT 1 FROM gh_sessions WHERE id = ? AND user_id = ? AND ended_at IS NULL AND ends_at > ?");

const db::Statement kEndSession(db::Kind::write, "sessions.end",
                                "UPDATE gh_sessions SET ended_at = ?, ended_why = ? WHERE id = ? AND ended_at IS NULL");

const db::Statement kBearer(
    db::Kind::read, "sessions.bearer",
    "SELECT s.user_id, s.ends_at, s.expires_at, s.ended_at,"
    " (SELECT 1 FROM gh_revoked_tokens r WHERE r.jti = ?),"
    " u.username, u.email, u.full_name, u.role, u.is_active, u.is_verified, u.created_at, u.updated_at"
    " FROM gh_sessions s JOIN gh_users u ON u.id = s.user_id WHERE s.id = ?");

}  // namespace gatehouse::sessions
