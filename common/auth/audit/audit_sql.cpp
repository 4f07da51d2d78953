// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/audit_sql.h"

namespace gatehouse::audit {

const db::Statement kRecord(
    db::Kind::audit, "audit.record",
    "INSERT INTO gh_audit (at, event, user_id, session_id, address, user_agent, request_id, actor_id,"
    " key_id, detail)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

const db::Statement kCountEvent(db::Kind::counter, "audit.count_event",
                                "INSERT INTO gh_audit_counts (bucket, minute, event, user_id, address, events)"
                                " VALUES (?, ?, ?, ?, ?, 1) ON DUPLICATE KEY UPDATE events = events + 1");

// The flood's bucket and, of no user and no address, the tally's.
const db::Statement kCountAndTally(db::Kind::counter, "audit.count_and_tally",
                                   "INSERT INTO gh_audit_counts (bucket, minute, event, user_id, address, events)"
                                   " VALUES (?, ?, ?, ?, ?, 1), (?, ?, ?, NULL, '', 1)"
                                   " ON DUPLICATE KEY UPDATE events = events + 1");

const db::Statement kTally(db::Kind::read, "audit.tally",
                           "SELECT CAST(COALESCE(SUM(events), 0) AS SIGNED) FROM gh_audit_counts"
                           " WHERE bucket IN (?, ?, ?, ?, ?, ?, ?, ?) AND minute >= ?");

const db::Statement kRecordUnlessFlood(
    db::Kind::audit, "audit.record_unless_flood",
    "INSERT INTO gh_audit (at, event, user_id, session_id, address, user_agent, request_id, actor_id,"
    " key_id, detail)"
    " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM gh_audit_counts WHERE bucket = ? AND minute = ? AND events <= ?");

}  // namespace gatehouse::audit
