// SPDX-License-Identifier: Apache-2.0
#include "auth/accounts/accounts_sql.h"

namespace gatehouse::accounts {

// Every column is written back, so the row must still be the one that was read: of two changes at once, one is refused.
const db::Statement kChangeProfile(db::Kind::write, "accounts.change_profile",
                                   "UPDATE gh_users SET full_name = ?, language = ?, updated_at = ?"
                                   " WHERE id = ? AND is_active = 1 AND updated_at = ?");

const db::Statement kProfileVersion(db::Kind::read, "accounts.profile_version",
                                    "SELECT updated_at FROM gh_users WHERE id = ?");

const db::Statement kPasswordHash(db::Kind::read, "accounts.password_hash",
                                  "SELECT hash FROM gh_passwords WHERE user_id = ?");

// Of two changes at once, one is based on a password that is no longer the current one.
const db::Statement kChangePassword(db::Kind::write, "accounts.change_password",
                                    "UPDATE gh_passwords SET hash = ?, changed_at = ? WHERE user_id = ? AND hash = ?");

const db::Statement kDeactivate(db::Kind::write, "accounts.deactivate",
                                "UPDATE gh_users SET is_active = 0, updated_at = ?, deleted_at = ?"
                                " WHERE id = ? AND is_active = 1");

}  // namespace gatehouse::accounts
