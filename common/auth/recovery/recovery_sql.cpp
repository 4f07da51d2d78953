// SPDX-License-Identifier: Apache-2.0
#include "auth/recovery/recovery_sql.h"

namespace gatehouse::recovery {

using db::Kind;
using db::Statement;

const Statement kAccountByEmail(
    Kind::read, "recovery.account_by_email",
    "SELECT id, email, is_verified FROM gh_users WHERE email_key = ? AND is_active = 1 AND is_service = 0");

// The newest wins. A run of the unit that was committed, its answer lost, has put `hash` there already.
const Statement kSupersede(Kind::counter, "recovery.supersede",
                           "UPDATE gh_email_tokens SET used_at = ?"
                           " WHERE user_id = ? AND purpose = ? AND used_at IS NULL AND hash <> ?");
const Statement kSupersedeRecovery(Kind::counter, "recovery.supersede_recovery",
                                   "UPDATE gh_recovery_tokens SET used_at = ?"
                                   " WHERE user_id = ? AND purpose = ? AND used_at IS NULL AND hash <> ?");

// Its own record, like a counter: what it is for is on record in the same unit, or the mail's row says it.
const Statement kPut(Kind::counter, "recovery.put",
                     "INSERT INTO gh_email_tokens (hash, user_id, purpose, email, created_at, expires_at)"
                     " VALUES (?, ?, ?, ?, ?, ?)");
const Statement kPutRecovery(Kind::counter, "recovery.put_recovery",
                             "INSERT INTO gh_recovery_tokens (hash, user_id, purpose, email, email_key, created_at,"
                             " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)");

const Statement kIsPerson(Kind::read, "recovery.is_person",
                          "SELECT email FROM gh_users WHERE id = ? AND is_active = 1 AND is_service = 0");

const Statement kOwner(Kind::read, "recovery.owner", "SELECT id, is_active FROM gh_users WHERE email_key = ?");

const Statement kRecentChanges(
    Kind::read, "recovery.recent_changes",
    "SELECT COUNT(*) FROM gh_email_tokens WHERE user_id = ? AND purpose = 'change' AND created_at > ?");

// An address that somebody may still take back is nobody else's meanwhile.
const Statement kIsReserved(Kind::read, "recovery.is_reserved",
                            "SELECT 1 FROM gh_recovery_tokens WHERE email_key = ? AND purpose = 'undo'"
                            " AND used_at IS NULL AND expires_at > ? AND user_id <> ? LIMIT 1");

const Statement kFind(Kind::read, "recovery.find",
                      "SELECT t.user_id, t.purpose, t.email, t.created_at, u.username, u.email FROM gh_email_tokens t"
                      " JOIN gh_users u ON u.id = t.user_id"
                      " WHERE t.hash = ? AND t.used_at IS NULL AND t.expires_at > ? AND u.is_active = 1");
const Statement kFindRecovery(
    Kind::read, "recovery.find_recovery",
    "SELECT t.user_id, t.purpose, t.email, t.created_at, u.username, u.email FROM gh_recovery_tokens t"
    " JOIN gh_users u ON u.id = t.user_id"
    " WHERE t.hash = ? AND t.used_at IS NULL AND t.expires_at > ? AND u.is_active = 1");

// Whoever comes second waits, and sees what the first did.
const Statement kHold(Kind::read, "recovery.hold",
                      "SELECT email, is_verified FROM gh_users WHERE id = ? AND is_active = 1 FOR UPDATE");

const Statement kConsume(Kind::write, "recovery.consume",
                         "UPDATE gh_email_tokens SET used_at = ?, claim = ?"
                         " WHERE hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?");
const Statement kConsumeRecovery(Kind::write, "recovery.consume_recovery",
                                 "UPDATE gh_recovery_tokens SET used_at = ?, claim = ?"
                                 " WHERE hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?");

const Statement kWasConsumed(Kind::read, "recovery.was_consumed",
                             "SELECT 1 FROM gh_email_tokens WHERE hash = ? AND claim = ?");
const Statement kWasConsumedRecovery(Kind::read, "recovery.was_consumed_recovery",
                                     "SELECT 1 FROM gh_recovery_tokens WHERE hash = ? AND claim = ?");

const Statement kEndTokens(Kind::counter, "recovery.end_tokens",
                           "UPDATE gh_email_tokens SET used_at = ? WHERE user_id = ? AND used_at IS NULL");

// Not those that take an address back: a thief who changed it could change the password too.
const Statement kEndResets(Kind::counter, "recovery.end_resets",
                           "UPDATE gh_recovery_tokens SET used_at = ?"
                           " WHERE user_id = ? AND purpose <> 'undo' AND used_at IS NULL");

// Of those that take an address back the older ones stay, since each has the last word over what came after it.
const Statement kEndRecoverySince(Kind::counter, "recovery.end_recovery_since",
                                  "UPDATE gh_recovery_tokens SET used_at = ? WHERE user_id = ? AND used_at IS NULL"
                                  " AND (purpose <> 'undo' OR created_at >= ?)");

const Statement kRemoveTokens(Kind::write, "recovery.remove_tokens", "DELETE FROM gh_email_tokens WHERE user_id = ?");
const Statement kRemoveRecovery(Kind::write, "recovery.remove_recovery",
                                "DELETE FROM gh_recovery_tokens WHERE user_id = ?");

const Statement kPasswordHash(Kind::read, "recovery.password_hash", "SELECT hash FROM gh_passwords WHERE user_id = ?");

const Statement kSetPassword(Kind::write, "recovery.set_password",
                             "UPDATE gh_passwords SET hash = ?, changed_at = ? WHERE user_id = ?");
// Who was imported without one gets their first.
const Statement kFirstPassword(Kind::write, "recovery.first_password",
                               "INSERT INTO gh_passwords (user_id, hash, changed_at) VALUES (?, ?, ?)");

const Statement kForgetPassword(Kind::write, "recovery.forget_password", "DELETE FROM gh_passwords WHERE user_id = ?");

const Statement kSetVerified(Kind::write, "recovery.set_verified",
                             "UPDATE gh_users SET is_verified = 1, updated_at = ? WHERE id = ?");

const Statement kSetEmail(Kind::write, "recovery.set_email",
                          "UPDATE gh_users SET email = ?, email_key = ?, is_verified = 1, updated_at = ? WHERE id = ?");

const Statement kRemoveTotp(Kind::write, "recovery.remove_totp", "DELETE FROM gh_totp WHERE user_id = ?");
const Statement kRemoveRecoveryCodes(Kind::write, "recovery.remove_recovery_codes",
                                     "DELETE FROM gh_recovery_codes WHERE user_id = ?");

}  // namespace gatehouse::recovery
