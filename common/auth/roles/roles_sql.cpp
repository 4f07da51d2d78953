// SPDX-License-Identifier: Apache-2.0
#include "auth/roles/roles_sql.h"

namespace gatehouse::roles {

using db::Kind;
using db::Statement;

const Statement kList(Kind::read, "roles.list",
                      "SELECT r.name, r.place,"
                      " (SELECT GROUP_CONCAT(w.word SEPARATOR ' ') FROM gh_role_rights w WHERE w.role = r.name"
                      " AND w.kind = 'permission'),"
                      " (SELECT GROUP_CONCAT(w.word SEPARATOR ' ') FROM gh_role_rights w WHERE w.role = r.name"
                      " AND w.kind = 'scope') FROM gh_roles r ORDER BY r.place, r.name");

const Statement kHold(Kind::read, "roles.hold", "SELECT place FROM gh_roles WHERE name = ? FOR UPDATE");

const Statement kInsert(Kind::write, "roles.insert", "INSERT INTO gh_roles (name, place) VALUES (?, ?)");

const Statement kInsertRight(Kind::write, "roles.insert_right",
                             "INSERT INTO gh_role_rights (role, kind, word) VALUES (?, ?, ?)");

const Statement kDeleteRight(Kind::write, "roles.delete_right",
                             "DELETE FROM gh_role_rights WHERE role = ? AND kind = ? AND word = ?");

const Statement kForgetRights(Kind::write, "roles.forget_rights", "DELETE FROM gh_role_rights WHERE role = ?");

const Statement kDelete(Kind::write, "roles.delete", "DELETE FROM gh_roles WHERE name = ?");

const Statement kHolder(Kind::read, "roles.holder", "SELECT id FROM gh_users WHERE role = ? LIMIT 1");

}  // namespace gatehouse::roles
