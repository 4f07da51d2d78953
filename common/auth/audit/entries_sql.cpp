// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/entries_sql.h"

namespace gatehouse::audit {

using db::Kind;
using db::Statement;

// One for each index, so that a page costs the same however long the trail is.
const Statement kPage(Kind::read, "audit.page",
                      "SELECT id, at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id,"
                      " detail FROM gh_audit WHERE at >= ? AND at <= ? AND (at < ? OR id < ?)"
                      " ORDER BY at DESC, id DESC LIMIT ?");

const Statement kPageOfUser(
    Kind::read, "audit.page_of_user",
    "SELECT id, at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id,"
    " detail FROM gh_audit WHERE user_id = ? AND at >= ? AND at <= ? AND (at < ? OR id < ?)"
    " AND (? IS NULL OR event = ?) ORDER BY at DESC, id DESC LIMIT ?");

const Statement kPageOfEvent(
    Kind::read, "audit.page_of_event",
    "SELECT id, at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id,"
    " detail FROM gh_audit WHERE event = ? AND at >= ? AND at <= ? AND (at < ? OR id < ?)"
    " ORDER BY at DESC, id DESC LIMIT ?");

const Statement kExport(Kind::read, "audit.export",
                        "SELECT id, at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id,"
                        " detail FROM gh_audit WHERE at >= ? AND at <= ? AND (at > ? OR id > ?)"
                        " AND (? IS NULL OR user_id = ?) AND (? IS NULL OR event = ?) ORDER BY at, id LIMIT 1000");

}  // namespace gatehouse::audit
