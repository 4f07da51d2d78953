// SPDX-License-Identifier: Apache-2.0
#include "auth/access/roles_sql.h"

namespace gatehouse::access {

// Both tables of rights at once: small, and read once a second. A group without rights is not in it.
const db::Statement kRoleMap(db::Kind::read, "access.role_map",
                             "SELECT 1, r.name, r.place, w.kind, w.word FROM gh_roles r"
                             " LEFT JOIN gh_role_rights w ON w.role = r.name"
                             " UNION ALL SELECT 0, g.name, 0, w.kind, w.word FROM gh_group_rights w"
                             " JOIN gh_groups g ON g.id = w.group_id");

}  // namespace gatehouse::access
