// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/administration/administration.h"
#include "base/result.h"
#include "base/text_rule.h"
#include "json/shape.h"

// A group gives its people rights beside those of their role, and stands in their tokens.
namespace gatehouse::groups {

using administration::Administrator;

struct Group {
  GroupId id;
  std::string name;
  std::vector<std::string> permissions;
  std::vector<std::string> scopes;
  Time created_at;
};

inline constexpr json::ShapeOf<Group> kGroup{
    "Group",
    json::field<&Group::id>("id"),
    json::field<&Group::name>("name"),
    json::field<&Group::permissions>("permissions"),
    json::field<&Group::scopes>("scopes"),
    json::field<&Group::created_at>("created_at"),
};

extern const TextRule kName;
// Names are matched without case, and kept in lower case.
std::string canonical_name(std::string_view name);

// All groups are asked for in pages, by name: those after this one, and whether there are more.
struct Page {
  std::vector<Group> groups;
  bool has_more = false;
};
Page list(const Occasion& occasion, std::string_view after, std::int64_t most);
std::optional<Group> find(const Occasion& occasion, std::string_view name);

// Words apart by blanks; nullopt is none of that kind.
struct Wanted {
  std::string name;
  std::optional<std::string> permissions;
  std::optional<std::string> scopes;
};
// Its rights are within the maker's own.
Result<Group> create(const Occasion& occasion, const Administrator& who, const Wanted& wanted);

// Somebody who is not above the adder, into a group whose rights the adder has too. Adding a member again, or removing
// who is none, changes nothing.
Result<Done> add_member(const Occasion& occasion, const Administrator& who, GroupId group, UserId user);
Result<Done> remove_member(const Occasion& occasion, const Administrator& who, GroupId group, UserId user);

// The operator's: other rights in place of those it has; the group's end.
Result<Group> set_rights(const Occasion& occasion, const Wanted& wanted);
Result<Done> remove(const Occasion& occasion, std::string_view name);

struct Member {
  UserId id;
  std::string username;
  std::string role;
  bool is_active = false;
};
std::vector<Member> members(const Occasion& occasion, GroupId group, UserId after, std::int64_t most);

}  // namespace gatehouse::groups
