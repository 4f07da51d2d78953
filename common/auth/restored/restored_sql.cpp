// SPDX-License-Identifier: Apache-2.0
#include "auth/restored/restored_sql.h"

namespace gatehouse::restored {

using db::Kind;
using db::Statement;

// Where a batch ends; no row: with the table.
const Statement kSessionsPage(Kind::read, "restored.sessions_page",
                              "SELECT id FROM gh_sessions WHERE id > ? ORDER BY id LIMIT 1 OFFSET 199");
const Statement kKeysPage(Kind::read, "restored.keys_page",
                          "SELECT id FROM gh_api_keys WHERE id > ? ORDER BY id LIMIT 1 OFFSET 199");

const Statement kEndSessions(Kind::operation, "restored.end_sessions",
                             "UPDATE gh_sessions SET ended_at = ?, ended_why = 'restored', successor = NULL"
                             " WHERE id > ? AND id <= ? AND ended_at IS NULL");
const Statement kEndKeys(Kind::operation, "restored.end_keys",
                         "UPDATE gh_api_keys SET revoked_at = ?, live_name = NULL, slot = NULL"
                         " WHERE id > ? AND id <= ? AND revoked_at IS NULL");

// Used since, they would be good again. Those that take an address back stay: so is what they undo.
const Statement kEndEmailTokens(Kind::operation, "restored.end_email_tokens",
                                "UPDATE gh_email_tokens FORCE INDEX (gh_email_tokens_expires) SET used_at = ?"
                                " WHERE expires_at > ? AND used_at IS NULL");
const Statement kEndResetTokens(Kind::operation, "restored.end_reset_tokens",
                                "UPDATE gh_recovery_tokens FORCE INDEX (gh_recovery_tokens_expires) SET used_at = ?"
                                " WHERE expires_at > ? AND used_at IS NULL AND purpose <> 'undo'");
// Sent since, or written about what is no more.
const Statement kDropMail(Kind::operation, "restored.drop_mail",
                          "UPDATE gh_outbox FORCE INDEX (gh_outbox_state) SET state = 'dropped', recipient = '',"
                          " letter = '', ended_at = ? WHERE state = 'waiting' AND created_at <= ?");

const Statement kEndSteps(Kind::operation, "restored.end_steps",
                          "UPDATE gh_login_steps FORCE INDEX (gh_login_steps_expires) SET used_at = ?"
                          " WHERE expires_at > ? AND used_at IS NULL");

// Who deleted their account before the backup may have come back since.
const Statement kDeferPurges(Kind::operation, "restored.defer_purges",
                             "UPDATE gh_users FORCE INDEX (gh_users_deleted) SET deleted_at = ?, updated_at = ?"
                             " WHERE deleted_at > 0 AND is_active = 0 AND updated_at = deleted_at");

}  // namespace gatehouse::restored
