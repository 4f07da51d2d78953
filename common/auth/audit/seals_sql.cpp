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

const Statement kLastBlank(Kind::read, "audit.last_blank",
                           "SELECT b.hour, s.previous FROM gh_audit_blanks b JOIN gh_audit_seals s ON s.hour = b.hour"
                           " WHERE b.hour = (SELECT MAX(hour) FROM gh_audit_blanks)");

const Statement kBlankOf(Kind::read, "audit.blank_of",
                         "SELECT hour, blanked_at, digest, signature FROM gh_audit_blanks WHERE hour = ?");

const Statement kBlankDigestOf(Kind::read, "audit.blank_digest_of",
                               "SELECT digest FROM gh_audit_blanks WHERE hour = ?");

const Statement kInsertBlank(Kind::operation, "audit.insert_blank",
                             "INSERT INTO gh_audit_blanks (hour, blanked_at, digest, signature) VALUES (?, ?, ?, ?)");

// Where a batch ends; no row: with the hour.
const Statement kBlankPage(Kind::read, "audit.blank_page",
                           "SELECT at FROM gh_audit WHERE at >= ? AND at < ? ORDER BY at LIMIT 1 OFFSET 99");

const Statement kBlankRows(Kind::operation, "audit.blank_rows",
                           "UPDATE gh_audit SET address = '', user_agent = '' WHERE at >= ? AND at <= ?"
                           " AND (address <> '' OR user_agent <> '')");

const Statement kUnsealed(Kind::read, "audit.unsealed", "SELECT COUNT(*), MIN(at) FROM gh_audit WHERE at >= ?");

}  // namespace gatehouse::audit
