// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/administration_sql.h"

namespace gatehouse::administration {

using db::Kind;
using db::Statement;

const Statement kRead(Kind::read, "administration.read",
                      "SELECT username, email, full_name, role, is_active, is_verified, created_at, updated_at,"
                      " language"
                      " FROM gh_users WHERE id = ?");

// Whoever comes second waits, and sees what the first did.
const Statement kHold(Kind::read, "administration.hold",
                      "SELECT username, email, full_name, role, is_active, is_verified, created_at, updated_at,"
                      " language"
                      " FROM gh_users WHERE id = ? FOR UPDATE");

const Statement kChange(
    Kind::write, "administration.change",
    "UPDATE gh_users SET full_name = ?, is_active = ?, is_verified = ?, updated_at = ? WHERE id = ?");

const Statement kChangeRole(Kind::write, "administration.change_role",
                            "UPDATE gh_users SET role = ?, updated_at = ? WHERE id = ?");

const Statement kForgetDeletion(Kind::write, "administration.forget_deletion",
                                "UPDATE gh_users SET deleted_at = NULL WHERE id = ?");

// Where something was done to the account since, maybe by an executable that knows nothing of deleted_at, it is no more
// its owner's word. And whoever may write these columns is not to have an installation lose those who run it.
const Statement kDeletedBefore(Kind::read, "administration.deleted_before",
                               "SELECT id FROM gh_users WHERE deleted_at < ? AND is_active = 0"
                               " AND updated_at = deleted_at AND role <> 'super_admin' ORDER BY deleted_at LIMIT 20");

const Statement kHoldDeleted(Kind::read, "administration.hold_deleted",
                             "SELECT role FROM gh_users WHERE id = ? AND deleted_at < ? AND is_active = 0"
                             " AND updated_at = deleted_at AND role <> 'super_admin' FOR UPDATE");

// Nobody's where there is no such person.
const Statement kSetPassword(Kind::write, "administration.set_password",
                             "INSERT INTO gh_passwords (user_id, hash, changed_at)"
                             " SELECT id, ?, ? FROM gh_users WHERE id = ? AND is_service = 0"
                             " ON DUPLICATE KEY UPDATE hash = ?, changed_at = ?");

const Statement kRemoveUser(Kind::write, "administration.remove_user", "DELETE FROM gh_users WHERE id = ?");
const Statement kRemovePassword(Kind::write, "administration.remove_password",
                                "DELETE FROM gh_passwords WHERE user_id = ?");
const Statement kRemoveSessions(Kind::write, "administration.remove_sessions",
                                "DELETE FROM gh_sessions WHERE user_id = ?");
const Statement kRemoveKeys(Kind::write, "administration.remove_keys", "DELETE FROM gh_api_keys WHERE user_id = ?");
const Statement kRemoveMemberships(Kind::write, "administration.remove_memberships",
                                   "DELETE FROM gh_group_members WHERE user_id = ?");
const Statement kRemoveSteps(Kind::write, "administration.remove_steps",
                             "DELETE FROM gh_login_steps WHERE user_id = ?");
const Statement kRemovePosts(Kind::write, "administration.remove_posts", "DELETE FROM gh_posts WHERE owner_id = ?");

}  // namespace gatehouse::administration
