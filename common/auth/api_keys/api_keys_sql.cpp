// SPDX-License-Identifier: Apache-2.0
#include "auth/api_keys/api_keys_sql.h"

namespace gatehouse::api_keys {

using db::Kind;
using db::Statement;

// The one query of a request that comes with a key.
const Statement kByHash(Kind::read, "api_keys.by_hash",
                        "SELECT k.user_id, k.id, k.scopes, k.requests_per_minute, k.expires_at, k.revoked_at,"
                        " k.last_used_at,"
                        " u.username, u.email, u.full_name, u.role, u.is_active, u.is_verified, u.created_at, "
                        "u.updated_at, u.language,"
                        " (SELECT GROUP_CONCAT(g.name) FROM gh_group_members m JOIN gh_groups g ON g.id = m.group_id"
                        " WHERE m.user_id = u.id), k.amr"
                        " FROM gh_api_keys k JOIN gh_users u ON u.id = k.user_id WHERE k.hash = ?");

const Statement kTouch(Kind::counter, "api_keys.touch",
                       "UPDATE gh_api_keys SET last_used_at = ? WHERE id = ?"
                       " AND (last_used_at IS NULL OR last_used_at < ?)");

// An expired key keeps neither its name nor its slot from the next. It is dead already, and on record as such.
const Statement kFreeExpired(Kind::counter, "api_keys.free_expired",
                             "UPDATE gh_api_keys SET revoked_at = expires_at, live_name = NULL, slot = NULL"
                             " WHERE user_id = ? AND revoked_at IS NULL AND expires_at <= ?");

const Statement kRevokeNameless(Kind::write, "api_keys.revoke_nameless",
                                "UPDATE gh_api_keys SET revoked_at = ?, live_name = NULL, slot = NULL"
                                " WHERE user_id = ? AND slot = 0");

const Statement kTakenSlots(Kind::read, "api_keys.taken_slots",
                            "SELECT slot, live_name FROM gh_api_keys WHERE user_id = ? AND slot IS NOT NULL");

const Statement kInsert(
    Kind::write, "api_keys.insert",
    "INSERT INTO gh_api_keys (id, user_id, hash, prefix, name, live_name, slot, scopes,"
    " requests_per_minute, created_at, expires_at, amr) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

const Statement kIsOwn(Kind::read, "api_keys.is_own", "SELECT 1 FROM gh_api_keys WHERE id = ? AND hash = ?");

const Statement kList(Kind::read, "api_keys.list",
                      "SELECT id, name, prefix, scopes, requests_per_minute, created_at, expires_at, last_used_at"
                      " FROM gh_api_keys WHERE user_id = ? AND slot IS NOT NULL ORDER BY created_at DESC, id");

const Statement kStillGood(Kind::read, "api_keys.still_good",
                           "SELECT id, name, prefix, last_used_at FROM gh_api_keys WHERE user_id = ?"
                           " AND slot IS NOT NULL AND (expires_at IS NULL OR expires_at > ?)"
                           " ORDER BY created_at DESC, id");

const Statement kRevoke(Kind::write, "api_keys.revoke",
                        "UPDATE gh_api_keys SET revoked_at = ?, live_name = NULL, slot = NULL"
                        " WHERE id = ? AND user_id = ? AND revoked_at IS NULL");

const Statement kWasRevoked(Kind::read, "api_keys.was_revoked",
                            "SELECT 1 FROM gh_api_keys WHERE id = ? AND user_id = ? AND revoked_at = ?");

const Statement kWasNamelessRevoked(
    Kind::read, "api_keys.was_nameless_revoked",
    "SELECT 1 FROM gh_api_keys WHERE user_id = ? AND name IS NULL AND revoked_at = ? LIMIT 1");

const Statement kEndAll(Kind::write, "api_keys.end_all",
                        "UPDATE gh_api_keys SET revoked_at = ?, live_name = NULL, slot = NULL"
                        " WHERE user_id = ? AND revoked_at IS NULL");

}  // namespace gatehouse::api_keys
