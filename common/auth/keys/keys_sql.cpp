// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/keys_sql.h"

namespace gatehouse::keys {

// A handful of rows, read whole: the table grows by a rotation.
const db::Statement kListKeys(db::Kind::read, "keys.list",
                              "SELECT kid, algorithm, public_key, signs_from, retires_at FROM gh_signing_keys"
                              " ORDER BY signs_from, kid");

const db::Statement kReadSecret(db::Kind::read, "keys.read_secret",
                                "SELECT sealed FROM gh_signing_key_secrets WHERE kid = ?");

const db::Statement kRetireOthers(db::Kind::operation, "keys.retire_others",
                                  "UPDATE gh_signing_keys SET retires_at = ? WHERE retires_at IS NULL AND kid <> ?");

const db::Statement kRetireNow(db::Kind::operation, "keys.retire_now",
                               "UPDATE gh_signing_keys SET retires_at = ? WHERE kid = ?");

const db::Statement kInsertKey(
    db::Kind::operation, "keys.insert",
    "INSERT INTO gh_signing_keys (kid, algorithm, public_key, created_at, signs_from, retires_at)"
    " VALUES (?, ?, ?, ?, ?, NULL)");

const db::Statement kInsertSecret(db::Kind::operation, "keys.insert_secret",
                                  "INSERT INTO gh_signing_key_secrets (kid, sealed) VALUES (?, ?)");

}  // namespace gatehouse::keys
