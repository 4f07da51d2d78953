// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "auth/process.h"

// How many users there are, without ever counting them: kept in the unit that makes, changes or deletes one.
namespace gatehouse::census {

struct State {
  std::string_view role;
  bool is_active;
};

void enter(db::Work& work, UserId user, const State& state);
void enter_many(db::Work& work, const State& state, std::int64_t users);
void move(db::Work& work, UserId user, const State& from, const State& to);
void leave(db::Work& work, UserId user, const State& state);

struct Totals {
  std::int64_t active = 0;
  std::int64_t inactive = 0;
  std::map<std::string, std::int64_t> by_role;
};
Totals read(const Occasion& occasion);
// Of one role, or of one state, or both.
std::int64_t count(const Occasion& occasion, const std::optional<std::string>& role, std::optional<bool> is_active);

// Counts once and for all, when executables that did not keep count have served for a while. Users made meanwhile may
// be missed; run it again when it is quiet.
void recount(const Occasion& occasion);

}  // namespace gatehouse::census
