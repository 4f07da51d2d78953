// SPDX-License-Identifier: Apache-2.0
#include "auth/sweep/sweep_sql.h"

namespace gatehouse::sweep {

using db::Kind;
using db::Statement;

const Statement kSessions(Kind::operation, "sweep.sessions", "DELETE FROM gh_sessions WHERE ends_at < ? LIMIT 100");

const Statement kRevokedTokens(Kind::operation, "sweep.revoked_tokens",
                               "DELETE FROM gh_revoked_tokens WHERE expires_at < ? LIMIT 100");

// A lock never outlasts its window.
const Statement kThrottle(Kind::operation, "sweep.throttle",
                          "DELETE FROM gh_throttle WHERE window_ends_at < ? LIMIT 100");

const Statement kAllowances(Kind::operation, "sweep.allowances",
                            "DELETE FROM gh_allowances WHERE window_ends_at < ? LIMIT 100");

const Statement kApiKeys(Kind::operation, "sweep.api_keys", "DELETE FROM gh_api_keys WHERE revoked_at < ? LIMIT 100");

const Statement kKnownAddresses(Kind::operation, "sweep.known_addresses",
                                "DELETE FROM gh_known_addresses WHERE last_login_at < ? LIMIT 100");

const Statement kAuditCounts(Kind::operation, "sweep.audit_counts",
                             "DELETE FROM gh_audit_counts WHERE minute < ? LIMIT 100");

const Statement kLoginSteps(Kind::operation, "sweep.login_steps",
                            "DELETE FROM gh_login_steps WHERE expires_at < ? LIMIT 100");

const Statement kGuardCodes(Kind::operation, "sweep.guard_codes",
                            "DELETE FROM gh_guard_codes WHERE expires_at < ? LIMIT 100");

const Statement kGuardCookies(Kind::operation, "sweep.guard_cookies",
                              "DELETE FROM gh_guard_cookies WHERE ends_at < ? LIMIT 100");

// What was sent or dropped, which is nothing but a line; what was given up is kept longer, for somebody to look at.
const Statement kMail(Kind::operation, "sweep.mail",
                      "DELETE FROM gh_outbox WHERE ended_at < ? AND state <> 'dead' LIMIT 100");
const Statement kDeadMail(Kind::operation, "sweep.dead_mail", "DELETE FROM gh_outbox WHERE ended_at < ? LIMIT 100");
const Statement kEmailTokens(Kind::operation, "sweep.email_tokens",
                             "DELETE FROM gh_email_tokens WHERE expires_at < ? LIMIT 100");

const Statement kRecoveryTokens(Kind::operation, "sweep.recovery_tokens",
                                "DELETE FROM gh_recovery_tokens WHERE expires_at < ? LIMIT 100");

// The private half of a key that signs no more is only a risk; the public row is small, and names the past.
const Statement kKeySecrets(Kind::operation, "sweep.key_secrets",
                            "DELETE FROM gh_signing_key_secrets WHERE kid IN"
                            " (SELECT kid FROM gh_signing_keys WHERE retires_at < ?)");

// Where a batch ends; no row: with the last of them.
const Statement kSessionsPage(Kind::read, "sweep.sessions_page",
                              "SELECT ends_at FROM gh_sessions WHERE ends_at > ? AND ends_at < ?"
                              " ORDER BY ends_at LIMIT 1 OFFSET 99");

// Without a look at what stands there, so that who sweeps need not be able to see it.
const Statement kBlankSessions(Kind::operation, "sweep.blank_sessions",
                               "UPDATE gh_sessions SET address = '', user_agent = ''"
                               " WHERE ends_at > ? AND ends_at <= ? AND created_at < ?");

}  // namespace gatehouse::sweep
