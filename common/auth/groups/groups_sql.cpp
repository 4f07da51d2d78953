// SPDX-License-Identifier: Apache-2.0
#include "auth/groups/groups_sql.h"

namespace gatehouse::groups {

using db::Kind;
using db::Statement;

const Statement kList(
    Kind::read, "groups.list",
    "SELECT g.id, g.name,"
    " (SELECT GROUP_CONCAT(w.word SEPARATOR ' ') FROM gh_group_rights w WHERE w.group_id = g.id AND w.kind = "
    "'permission'),"
    " (SELECT GROUP_CONCAT(w.word SEPARATOR ' ') FROM gh_group_rights w WHERE w.group_id = g.id AND w.kind = 'scope'),"
    " g.created_at FROM gh_groups g WHERE g.name > ? ORDER BY g.name LIMIT ?");

const Statement kByName(
    Kind::read, "groups.by_name",
    "SELECT g.id, g.name,"
    " (SELECT GROUP_CONCAT(w.word SEPARATOR ' ') FROM gh_group_rights w WHERE w.group_id = g.id AND w.kind = "
    "'permission'),"
    " (SELECT GROUP_CONCAT(w.word SEPARATOR ' ') FROM gh_group_rights w WHERE w.group_id = g.id AND w.kind = 'scope'),"
    " g.created_at FROM gh_groups g WHERE g.name = ?");

const Statement kInsert(Kind::write, "groups.insert",
                        "INSERT INTO gh_groups (birth, name, created_at) VALUES (?, ?, ?)");

const Statement kFindByBirth(Kind::read, "groups.find_by_birth",
                             "SELECT id FROM gh_groups WHERE name = ? AND birth = ?");

const Statement kInsertRight(Kind::write, "groups.insert_right",
                             "INSERT INTO gh_group_rights (group_id, kind, word) VALUES (?, ?, ?)");

// Inside a unit that relies on the group and its rights: both stay as they are until the unit ends.
const Statement kKeep(Kind::read, "groups.keep", "SELECT name FROM gh_groups WHERE id = ? LOCK IN SHARE MODE");

// Inside a unit that changes them.
const Statement kHold(Kind::read, "groups.hold", "SELECT id FROM gh_groups WHERE name = ? FOR UPDATE");

const Statement kRights(Kind::read, "groups.rights", "SELECT word FROM gh_group_rights WHERE group_id = ?");

// In how many groups somebody is, and whether in this one.
const Statement kMemberships(Kind::read, "groups.memberships",
                             "SELECT COUNT(*), COALESCE(MAX(group_id = ?), 0) FROM gh_group_members WHERE user_id = ?");

// Somebody's groups are part of who they are. (MySQL also lets nobody hold a row who may not change it.)
const Statement kNoteChange(Kind::write, "groups.note_change", "UPDATE gh_users SET updated_at = ? WHERE id = ?");

const Statement kJoin(Kind::write, "groups.join",
                      "INSERT INTO gh_group_members (user_id, group_id, added_at) VALUES (?, ?, ?)");

const Statement kLeave(Kind::write, "groups.leave", "DELETE FROM gh_group_members WHERE user_id = ? AND group_id = ?");

const Statement kForgetRights(Kind::write, "groups.forget_rights", "DELETE FROM gh_group_rights WHERE group_id = ?");

const Statement kForgetMembers(Kind::write, "groups.forget_members", "DELETE FROM gh_group_members WHERE group_id = ?");

const Statement kDelete(Kind::write, "groups.delete", "DELETE FROM gh_groups WHERE id = ?");

const Statement kMembers(Kind::read, "groups.members",
                         "SELECT u.id, u.username, u.role, u.is_active FROM gh_group_members m"
                         " JOIN gh_users u ON u.id = m.user_id WHERE m.group_id = ? AND m.user_id > ?"
                         " ORDER BY m.user_id LIMIT ?");

}  // namespace gatehouse::groups
