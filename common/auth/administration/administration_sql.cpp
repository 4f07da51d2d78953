// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/administration_sql.h"

namespace gatehouse::administration {

using db::Kind;
using db::Statement;

const Statement kRead(Kind::read, "administration.read",
                      "SELECT username, email, full_name, role, is_active, is_verified, created_at, updated_at"
                      " FROM gh_users WHERE id = ?");

// Whoever comes second waits, and sees what the first did.
const Statement kHold(Kind::read, "administration.hold",
                      "SELECT username, email, full_name, role, is_active, is_verified, created_at, updated_at"
                      " FROM gh_users WHERE id = ? FOR UPDATE");

const Statement kChange(
    Kind::write, "administration.change",
    "UPDATE gh_users SET full_name = ?, is_active = ?, is_verified = ?, updated_at = ? WHERE id = ?");

const Statement kChangeRole(Kind::write, "administration.change_role",
                            "UPDATE gh_users SET role = ?, updated_at = ? WHERE id = ?");

const Statement kRemoveUser(Kind::write, "administration.remove_user", "DELETE FROM gh_users WHERE id = ?");
const Statement kRemovePassword(Kind::write, "administration.remove_password",
                                "DELETE FROM gh_passwords WHERE user_id = ?");
const Statement kRemoveSessions(Kind::write, "administration.remove_sessions",
                                "DELETE FROM gh_sessions WHERE user_id = ?");
const Statement kRemoveKeys(Kind::write, "administration.remove_keys", "DELETE FROM gh_api_keys WHERE user_id = ?");
const Statement kRemoveMemberships(Kind::write, "administration.remove_memberships",
                                   "DELETE FROM gh_group_members WHERE user_id = ?");
const Statement kRemovePosts(Kind::write, "administration.remove_posts", "DELETE FROM gh_posts WHERE owner_id = ?");

}  // namespace gatehouse::administration
