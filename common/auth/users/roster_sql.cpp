// SPDX-License-Identifier: Apache-2.0
#include "auth/users/roster_sql.h"

namespace gatehouse::users {

const db::Statement kRoster(db::Kind::read, "users.roster",
                            "SELECT id, username, email, full_name, role, is_active, is_verified, created_at,"
                            " updated_at, language FROM gh_users WHERE id > ? ORDER BY id LIMIT ?");

const db::Statement kRosterOfRole(db::Kind::read, "users.roster_of_role",
                                  "SELECT id, username, email, full_name, role, is_active, is_verified, created_at,"
                                  " updated_at, language FROM gh_users WHERE role = ? AND id > ? ORDER BY id LIMIT ?");

}  // namespace gatehouse::users
