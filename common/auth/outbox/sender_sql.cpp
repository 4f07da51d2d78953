// SPDX-License-Identifier: Apache-2.0
#include "auth/outbox/sender_sql.h"

namespace gatehouse::outbox {

using db::Kind;
using db::Statement;

const Statement kDue(Kind::read, "outbox.due",
                     "SELECT id FROM gh_outbox WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at LIMIT 50");

// Of several senders one has it, until `due_at` comes again. A try counts from its beginning, so that a mail by which a
// sender dies each time is given up too.
const Statement kClaim(Kind::operation, "outbox.claim",
                       "UPDATE gh_outbox SET claim = ?, due_at = ?, attempts = attempts + 1"
                       " WHERE id = ? AND state = 'waiting' AND due_at <= ?");

// Who is written to, and how they are now.
const Statement kClaimed(Kind::read, "outbox.claimed",
                         "SELECT o.kind, o.user_id, o.recipient, o.letter, o.created_at, o.attempts,"
                         " u.username, u.email, u.is_active, u.is_verified, u.language"
                         " FROM gh_outbox o LEFT JOIN gh_users u ON u.id = o.user_id WHERE o.id = ? AND o.claim = ? "
                         "AND o.state = 'waiting'");

// What it said goes with it.
const Statement kEndMail(Kind::operation, "outbox.end",
                         "UPDATE gh_outbox SET state = ?, ended_at = ?, error = ?, claim = NULL, recipient = '',"
                         " letter = '' WHERE id = ? AND claim = ?");

const Statement kPostpone(Kind::operation, "outbox.postpone",
                          "UPDATE gh_outbox SET due_at = ?, error = ?, claim = NULL WHERE id = ? AND claim = ?");

const Statement kListed(Kind::read, "outbox.listed",
                        "SELECT id, kind, user_id, state, created_at, due_at, attempts, error FROM gh_outbox"
                        " WHERE state = ? ORDER BY due_at DESC LIMIT 1000");

const Statement kRetry(Kind::operation, "outbox.retry",
                       "UPDATE gh_outbox SET due_at = ? WHERE id = ? AND state = 'waiting' AND claim IS NULL");

const Statement kRetryAll(Kind::operation, "outbox.retry_all",
                          "UPDATE gh_outbox SET due_at = ? WHERE state = 'waiting' AND due_at > ? AND claim IS NULL");

const Statement kWaiting(Kind::read, "outbox.waiting", "SELECT COUNT(*) FROM gh_outbox WHERE state = 'waiting'");

}  // namespace gatehouse::outbox
