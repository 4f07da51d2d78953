// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/seals_sql.h"

namespace gatehouse::audit {

using db::Kind;
using db::Statement;

const Statement kRowsOfSpan(
    Kind::read, "audit.rows_of_span",
    "SELECT id, at, event, user_id, session_id, address, user_agent, request_id, actor_id, key_id,"
    " detail FROM gh_audit WHERE at >= ? AND at < ? AND (at > ? OR id > ?) ORDER BY at, id LIMIT 1000");

const Statement kLastSeal(Kind::read, "audit.last_seal",
                          "SELECT hour, row_count, first_id, last_id, previous, digest, sealed_at, signature"
                          " FROM gh_audit_seals WHERE hour = (SELECT MAX(hour) FROM gh_audit_seals)");

const Statement kSeals(Kind::read, "audit.seals",
                       "SELECT hour, row_count, first_id, last_id, previous, digest, sealed_at, signature"
                       " FROM gh_audit_seals WHERE hour > ? ORDER BY hour LIMIT 500");

const Statement kInsertSeal(Kind::operation, "audit.insert_seal",
                            "INSERT INTO gh_audit_seals (hour, row_count, first_id, last_id, previous, digest,"
                            " sealed_at, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

const Statement kNextToDrop(
    Kind::read, "audit.next_to_drop",
    "SELECT hour, row_count, first_id, last_id, previous, digest, sealed_at, signature"
    " FROM gh_audit_seals WHERE hour > ? AND hour <= ? AND row_count > 0 ORDER BY hour LIMIT 1");

const Statement kLastDrop(Kind::read, "audit.last_drop",
                          "SELECT d.hour, s.previous FROM gh_audit_drops d JOIN gh_audit_seals s ON s.hour = d.hour"
                          " WHERE d.hour = (SELECT MAX(hour) FROM gh_audit_drops)");

const Statement kDropOf(Kind::read, "audit.drop_of",
                        "SELECT hour, dropped_at, signature FROM gh_audit_drops WHERE hour = ?");

const Statement kInsertDrop(Kind::operation, "audit.insert_drop",
                            "INSERT INTO gh_audit_drops (hour, dropped_at, signature) VALUES (?, ?, ?)");

const Statement kDropRows(Kind::operation, "audit.drop_rows",
                          "DELETE FROM gh_audit WHERE at >= ? AND at < ? LIMIT 100");

const Statement kUnsealed(Kind::read, "audit.unsealed", "SELECT COUNT(*), MIN(at) FROM gh_audit WHERE at >= ?");

}  // namespace gatehouse::audit
