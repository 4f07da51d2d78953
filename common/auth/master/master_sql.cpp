// SPDX-License-Identifier: Apache-2.0
#include "auth/master/master_sql.h"

namespace gatehouse::master {

using db::Kind;
using db::Statement;

// A page of a table in the order of its key: the key, and the box where it names another master key than the first
// parameter (common/FORMATS.md: the id stands behind the version byte).
const Statement kKeysPage(Kind::read, "master.keys_page",
                          "SELECT kid, IF(SUBSTRING(sealed, 2, 6) = ?, NULL, sealed) FROM gh_signing_key_secrets"
                          " WHERE kid > ? ORDER BY kid LIMIT 200");
const Statement kSuccessorsPage(
    Kind::read, "master.successors_page",
    "SELECT id, IF(SUBSTRING(successor, 2, 6) = ?, NULL, successor), previous_jti FROM gh_sessions"
    " WHERE id > ? ORDER BY id LIMIT 200");

const Statement kSeedsPage(Kind::read, "master.seeds_page",
                           "SELECT user_id, IF(SUBSTRING(sealed_seed, 2, 6) = ?, NULL, sealed_seed) FROM gh_totp"
                           " WHERE user_id > ? ORDER BY user_id LIMIT 200");

// Only what still is as it was read.
const Statement kReplaceKey(Kind::operation, "master.replace_key",
                            "UPDATE gh_signing_key_secrets SET sealed = ? WHERE kid = ? AND sealed = ?");
const Statement kReplaceSuccessor(Kind::operation, "master.replace_successor",
                                  "UPDATE gh_sessions SET successor = ? WHERE id = ? AND successor = ?");

const Statement kReplaceSeed(Kind::operation, "master.replace_seed",
                             "UPDATE gh_totp SET sealed_seed = ? WHERE user_id = ? AND sealed_seed = ?");

const Statement kSealedKeys(Kind::read, "master.sealed_keys",
                            "SELECT gh_signing_keys.kid, gh_signing_key_secrets.sealed FROM gh_signing_keys"
                            " JOIN gh_signing_key_secrets ON gh_signing_key_secrets.kid = gh_signing_keys.kid"
                            " WHERE gh_signing_keys.retires_at IS NULL OR gh_signing_keys.retires_at > ?");

}  // namespace gatehouse::master
