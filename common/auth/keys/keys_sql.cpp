// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/keys_sql.h"

namespace gatehouse::keys {

// A handful of rows, read whole: the table grows by a rotation.
const db::Statement kListKeys(db::Kind::read, "keys.list",
                              "SELECT kid, algorithm, public_key, signs_from, retires_at FROM gh_signing_keys"
                              " ORDER BY signs_from, kid");

const db::Statement kReadSecret(db::Kind::read, "keys.read_secret",
                                "SELECT sealed FROM gh_signing_key_secrets WHERE kid = ?");

// Later at most, and never again what was revoked.
const db::Statement kRetire(db::Kind::write, "keys.retire",
                            "UPDATE gh_signing_keys SET retires_at = ? WHERE kid = ?"
                            " AND (retires_at IS NULL OR (retires_at > signs_from AND retires_at < ?))");

// Into the past, so that a web head whose clock is behind does not go on believing it, and to before it signed, which
// is how a revoked key is told from a retired one.
const db::Statement kRevoke(db::Kind::write, "keys.revoke",
                            "UPDATE gh_signing_keys SET retires_at = LEAST(created_at, signs_from) WHERE kid = ?"
                            " AND (retires_at IS NULL OR retires_at > signs_from)");

const db::Statement kSignFrom(db::Kind::write, "keys.sign_from",
                              "UPDATE gh_signing_keys SET signs_from = ? WHERE kid = ?");

const db::Statement kInsertKey(
    db::Kind::write, "keys.insert",
    "INSERT INTO gh_signing_keys (kid, algorithm, public_key, created_at, signs_from, retires_at)"
    " VALUES (?, ?, ?, ?, ?, NULL)");

const db::Statement kInsertSecret(db::Kind::operation, "keys.insert_secret",
                                  "INSERT INTO gh_signing_key_secrets (kid, sealed) VALUES (?, ?)");

}  // namespace gatehouse::keys
