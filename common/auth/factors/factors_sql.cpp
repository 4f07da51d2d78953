// SPDX-License-Identifier: Apache-2.0
#include "auth/factors/factors_sql.h"

namespace gatehouse::factors {

using db::Kind;
using db::Statement;

const Statement kFind(Kind::read, "factors.find",
                      "SELECT sealed_seed, created_at, confirmed_at, last_step FROM gh_totp WHERE user_id = ?");

// Only while there is an active factor, and only one that was not used; and how many others there are.
const Statement kFindRecoveryCode(
    Kind::read, "factors.find_recovery_code",
    "SELECT t.confirmed_at,"
    " (SELECT COUNT(*) FROM gh_recovery_codes o WHERE o.user_id = c.user_id AND o.used_at IS NULL) - 1"
    " FROM gh_recovery_codes c JOIN gh_totp t ON t.user_id = c.user_id"
    " WHERE c.user_id = ? AND c.hash = ? AND c.used_at IS NULL AND t.confirmed_at IS NOT NULL");

// Each step once, and none before it.
const Statement kUseStep(Kind::write, "factors.use_step",
                         "UPDATE gh_totp SET last_step = ? WHERE user_id = ? AND last_step < ? AND confirmed_at = ?");

const Statement kUseRecoveryCode(Kind::write, "factors.use_recovery_code",
                                 "UPDATE gh_recovery_codes SET used_at = ?"
                                 " WHERE user_id = ? AND hash = ? AND used_at IS NULL");

const Statement kStatusOf(Kind::read, "factors.status",
                          "SELECT t.confirmed_at, (SELECT COUNT(*) FROM gh_recovery_codes c WHERE c.user_id = "
                          "t.user_id AND c.used_at IS NULL)"
                          " FROM gh_totp t WHERE t.user_id = ? AND t.confirmed_at IS NOT NULL");

// What is only offered opens nothing: its own row is its record.
const Statement kReplaceOffer(Kind::counter, "factors.replace_offer",
                              "UPDATE gh_totp SET sealed_seed = ?, created_at = ?, last_step = 0"
                              " WHERE user_id = ? AND confirmed_at IS NULL");
const Statement kOffer(Kind::counter, "factors.offer",
                       "INSERT INTO gh_totp (user_id, sealed_seed, created_at) VALUES (?, ?, ?)");

const Statement kHoldSession(Kind::read, "factors.hold_session",
                             "SELECT 1 FROM gh_sessions WHERE id = ? AND ended_at IS NULL FOR UPDATE");

const Statement kConfirm(Kind::write, "factors.confirm",
                         "UPDATE gh_totp SET confirmed_at = ?, last_step = ?"
                         " WHERE user_id = ? AND created_at = ? AND sealed_seed = ? AND confirmed_at IS NULL");

// The session that confirms the factor, or asks for it again, was made by it from then on.
const Statement kStepUp(Kind::write, "factors.step_up",
                        "UPDATE gh_sessions SET amr = ? WHERE id = ? AND ended_at IS NULL");

const Statement kInsertRecoveryCode(Kind::write, "factors.insert_recovery_code",
                                    "INSERT INTO gh_recovery_codes (user_id, hash, created_at) VALUES (?, ?, ?)");

const Statement kHasRecoveryCode(Kind::read, "factors.has_recovery_code",
                                 "SELECT 1 FROM gh_recovery_codes WHERE user_id = ? AND hash = ?");

const Statement kForget(Kind::write, "factors.forget", "DELETE FROM gh_totp WHERE user_id = ?");
const Statement kForgetRecoveryCodes(Kind::write, "factors.forget_recovery_codes",
                                     "DELETE FROM gh_recovery_codes WHERE user_id = ?");

}  // namespace gatehouse::factors
