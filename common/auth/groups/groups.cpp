// SPDX-License-Identifier: Apache-2.0
#include "auth/groups/groups.h"

#include <algorithm>

#include "auth/audit/audit.h"
#include "auth/groups/groups_sql.h"
#include "auth/users/users.h"
#include "base/text.h"

namespace gatehouse::groups {
namespace {

using access::Rights;
using audit::Event;

constexpr std::int64_t kMostOfAPerson = 50;  // they all stand in the token
constexpr std::size_t kDetailBytes = 255;

Refusal no_such_group() { return {Reason::not_found, "there is no such group"}; }
Refusal no_such_user() { return {Reason::not_found, "there is no such user"}; }

Refusal invalid(const char* field, const std::string& why) {
  return {.reason = Reason::invalid, .detail = "some fields are wrong", .fields = {{field, why}}};
}

std::string_view check_name(std::string_view name) {
  const bool fits = std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '_' || c == '-'; });
  return fits ? "" : "may have letters A-Z, digits, '_' and '-' only";
}

std::vector<std::string> words(std::string_view text) { return split(text, ' '); }

// Unlike a client that asks for scopes, whoever gives rights must know their names.
template <class Set>
Result<Set> known_words(const char* field, const std::optional<std::string>& text) {
  for (const std::string& word : words(text.value_or(""))) {
    if (Set::parse(word).empty()) return invalid(field, "knows no '" + std::string(cut_utf8(word, 64)) + "'");
  }
  return Set::parse(text.value_or(""));
}

Result<Rights> rights_of(const Wanted& wanted) {
  const auto permissions = known_words<access::PermissionSet>("permissions", wanted.permissions);
  if (!permissions) return permissions.refusal();
  const auto scopes = known_words<access::ScopeSet>("scopes", wanted.scopes);
  if (!scopes) return scopes.refusal();
  return Rights{*permissions, *scopes};
}

Refusal not_theirs_to_give(const std::string& words) {
  return {Reason::forbidden, "nobody gives what they don't have: " + words};
}

void insert_rights(db::Work& work, GroupId group, const Rights& rights) {
  for (const std::string& word : words(rights.permissions.text())) work.run(kInsertRight, {group, "permission", word});
  for (const std::string& word : words(rights.scopes.text())) work.run(kInsertRight, {group, "scope", word});
}

// What a group gives that this administrator does not have; what only newer executables know, nobody here has.
std::string beyond(db::Work& work, const Administrator& who, GroupId group) {
  Rights rights;
  std::string unknown;
  for (db::Rows row = work.query(kRights, {group}); row.next();) {
    const std::string word = row.text(0);
    const auto permission = access::PermissionSet::parse(word);
    const auto scope = access::ScopeSet::parse(word);
    if (permission.empty() && scope.empty()) unknown += " " + word;
    rights = rights.with({permission, scope});
  }
  return who.is_operator() ? "" : who.lacks(rights) + unknown;
}

std::string told(const std::string& name, const Rights& rights) {
  const std::string all = rights.beyond({});
  return std::string(cut_utf8(name + (all.empty() ? "" : ": " + all), kDetailBytes));
}

Group group_of(GroupId id, const std::string& name, const Rights& rights, Time created_at) {
  return {.id = id,
          .name = name,
          .permissions = words(rights.permissions.text()),
          .scopes = words(rights.scopes.text()),
          .created_at = created_at};
}

// In the order of their table; words that this build does not know grant nothing here, and are not shown.
Group read_group(const db::Rows& row) {
  const Rights rights{access::PermissionSet::parse(row.optional_text(2).value_or("")),
                      access::ScopeSet::parse(row.optional_text(3).value_or(""))};
  return group_of(GroupId{row.integer(0)}, row.text(1), rights, row.time(4));
}

}  // namespace

constinit const TextRule kName{.least = 2,
                               .most = 32,
                               .meaning = "letters, digits, '_' and '-'; unique and matched without case",
                               .pattern = "^[A-Za-z0-9_-]+$",
                               .check = check_name};

std::string canonical_name(std::string_view name) { return to_lower(name); }

Page list(const Occasion& occasion, std::string_view after, std::int64_t most) {
  Page page;
  for (db::Rows row = occasion.database().query(kList, {canonical_name(after), most + 1}); row.next();) {
    page.has_more = static_cast<std::int64_t>(page.groups.size()) == most;
    if (!page.has_more) page.groups.push_back(read_group(row));
  }
  return page;
}

std::optional<Group> find(const Occasion& occasion, std::string_view name) {
  db::Rows row = occasion.database().query(kByName, {canonical_name(name)});
  return row.next() ? std::optional(read_group(row)) : std::nullopt;
}

Result<Group> create(const Occasion& occasion, const Administrator& who, const Wanted& wanted) {
  const auto rights = rights_of(wanted);
  if (!rights) return rights.refusal();
  if (const std::string more = who.lacks(*rights); !more.empty()) return not_theirs_to_give(more);
  const std::string name = canonical_name(wanted.name);
  const auto birth = BirthId::draw(occasion.random());
  return occasion.database().unit([&](db::Work& work) -> Result<Group> {
    const bool inserted = work.claim(kInsert, {birth, name, occasion.now});
    db::Rows own = work.query(kFindByBirth, {name, birth});
    if (!own.next()) return Refusal{Reason::conflict, "there is a group of this name"};
    const GroupId id{own.integer(0)};
    // Not inserted, yet ours: an earlier run of this unit committed and its answer was lost.
    if (inserted) {
      insert_rights(work, id, *rights);
      audit::record(work, occasion, Event::group_created, who.on_record(std::nullopt, told(name, *rights)));
    }
    return group_of(id, name, *rights, occasion.now);
  });
}

Result<Done> add_member(const Occasion& occasion, const Administrator& who, GroupId group, UserId user) {
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    // The person first, here and in every unit: so they are in one group more at a time.
    const auto state = users::hold(work, user);
    if (!state) return no_such_user();
    const auto allowed = administration::may_touch(occasion, who, user, state->role);
    if (!allowed) return allowed.refusal();
    db::Rows kept = work.query(kKeep, {group});
    if (!kept.next()) return no_such_group();
    if (const std::string more = beyond(work, who, group); !more.empty()) return not_theirs_to_give(more);
    db::Rows memberships = work.query(kMemberships, {group, user});
    memberships.next();
    if (memberships.boolean(1)) return Done{};
    if (memberships.integer(0) >= kMostOfAPerson) {
      return Refusal{Reason::conflict, "this user is in " + std::to_string(kMostOfAPerson) + " groups already"};
    }
    work.run(kJoin, {user, group, occasion.now});
    work.run(kNoteChange, {occasion.now, user});
    audit::record(work, occasion, Event::group_joined, who.on_record(user, kept.text(0)));
    return Done{};
  });
}

Result<Done> remove_member(const Occasion& occasion, const Administrator& who, GroupId group, UserId user) {
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    const auto state = users::hold(work, user);
    if (!state) return no_such_user();
    const auto allowed = administration::may_touch(occasion, who, user, state->role);
    if (!allowed) return allowed.refusal();
    db::Rows kept = work.query(kKeep, {group});
    if (!kept.next()) return no_such_group();
    if (work.run(kLeave, {user, group}) == 0) return Done{};
    work.run(kNoteChange, {occasion.now, user});
    audit::record(work, occasion, Event::group_left, who.on_record(user, kept.text(0)));
    return Done{};
  });
}

Result<Group> set_rights(const Occasion& occasion, const Wanted& wanted) {
  const auto rights = rights_of(wanted);
  if (!rights) return rights.refusal();
  const auto group = find(occasion, wanted.name);
  if (!group) return no_such_group();
  return occasion.database().unit([&](db::Work& work) -> Result<Group> {
    db::Rows held = work.query(kHold, {group->name});
    if (!held.next()) return no_such_group();
    const GroupId id{held.integer(0)};
    work.run(kForgetRights, {id});
    insert_rights(work, id, *rights);
    audit::record(work, occasion, Event::group_edited, {.detail = told(group->name, *rights)});
    return group_of(id, group->name, *rights, group->created_at);
  });
}

Result<Done> remove(const Occasion& occasion, std::string_view name) {
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    const std::string canonical = canonical_name(name);
    db::Rows held = work.query(kHold, {canonical});
    if (!held.next()) return no_such_group();
    const GroupId id{held.integer(0)};
    work.run(kForgetMembers, {id});
    work.run(kForgetRights, {id});
    work.run(kDelete, {id});
    audit::record(work, occasion, Event::group_removed, {.detail = canonical});
    return Done{};
  });
}

std::vector<Member> members(const Occasion& occasion, GroupId group, UserId after, std::int64_t most) {
  std::vector<Member> list;
  for (db::Rows row = occasion.database().query(kMembers, {group, after, most}); row.next();) {
    list.push_back({.id = row.user_id(0), .username = row.text(1), .role = row.text(2), .is_active = row.boolean(3)});
  }
  return list;
}

}  // namespace gatehouse::groups
