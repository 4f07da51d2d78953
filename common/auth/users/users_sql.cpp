// SPDX-License-Identifier: Apache-2.0
#include "auth/users/users_sql.h"

namespace gatehouse::users {

const db::Statement kWhoHas(db::Kind::read, "users.who_has",
                            "SELECT EXISTS (SELECT 1 FROM gh_users WHERE username_key = ?),"
                            " EXISTS (SELECT 1 FROM gh_users WHERE email_key = ?)");

// An ordinary user: the columns that give rights are left to their defaults, and not granted.
const db::Statement kInsertUser(db::Kind::write, "users.insert",
                                "INSERT INTO gh_users (birth, username, username_key, email, email_key, full_name,"
                                " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

// The operator's.
const db::Statement kSetRole(db::Kind::write, "users.set_role", "UPDATE gh_users SET role = ? WHERE id = ?");
const db::Statement kSetService(db::Kind::write, "users.set_service",
                                "UPDATE gh_users SET is_service = 1 WHERE id = ?");

// In a script, which can't ask for the id that the row got.
const db::Statement kSetFirstId(db::Kind::operation, "users.set_first_id",
                                "UPDATE gh_users SET id = ? WHERE username_key = ? AND birth = ?");

// By name and birth: LAST_INSERT_ID() would not know a row that an earlier run of the unit committed.
const db::Statement kFindByBirth(db::Kind::read, "users.find_by_birth",
                                 "SELECT id FROM gh_users WHERE username_key = ? AND birth = ?");

const db::Statement kInsertPassword(db::Kind::write, "users.insert_password",
                                    "INSERT INTO gh_passwords (user_id, hash, changed_at) VALUES (?, ?, ?)");

const db::Statement kReplacePassword(db::Kind::write, "users.replace_password",
                                     "UPDATE gh_passwords SET hash = ? WHERE user_id = ? AND hash = ?");

const db::Statement kHold(db::Kind::read, "users.hold", "SELECT role, is_active FROM gh_users WHERE id = ? FOR UPDATE");

// Locked, so that of two who take the last two away one sees what the other did.
const db::Statement kAnotherSuperAdmin(
    db::Kind::read, "users.another_super_admin",
    "SELECT id FROM gh_users WHERE role = 'super_admin' AND is_active = 1 AND id <> ? LIMIT 1 FOR UPDATE");

const db::Statement kCredentialsByName(
    db::Kind::read, "users.credentials_by_name",
    "SELECT u.id, u.username, u.role, u.is_active, p.hash, (SELECT GROUP_CONCAT(g.name)"
    " FROM gh_group_members m JOIN gh_groups g ON g.id = m.group_id WHERE m.user_id = u.id), u.last_login_at, "
    "u.updated_at,"
    " (SELECT t.confirmed_at FROM gh_totp t WHERE t.user_id = u.id)"
    " FROM gh_users u"
    " LEFT JOIN gh_passwords p ON p.user_id = u.id WHERE u.username_key = ?");

const db::Statement kCredentialsByEmail(
    db::Kind::read, "users.credentials_by_email",
    "SELECT u.id, u.username, u.role, u.is_active, p.hash, (SELECT GROUP_CONCAT(g.name)"
    " FROM gh_group_members m JOIN gh_groups g ON g.id = m.group_id WHERE m.user_id = u.id), u.last_login_at, "
    "u.updated_at,"
    " (SELECT t.confirmed_at FROM gh_totp t WHERE t.user_id = u.id)"
    " FROM gh_users u"
    " LEFT JOIN gh_passwords p ON p.user_id = u.id WHERE u.email_key = ?");

}  // namespace gatehouse::users
