// SPDX-License-Identifier: Apache-2.0
#include "auth/census/census.h"

#include "auth/census/census_sql.h"

namespace gatehouse::census {
namespace {

// So that many who register at once don't wait for one row.
std::int64_t shard_of(UserId user) { return user.value % 16; }

}  // namespace

void enter(db::Work& work, UserId user, const State& state) {
  work.run(kAdd, {state.role, state.is_active, shard_of(user), 1, 1});
}

void enter_many(db::Work& work, const State& state, std::int64_t users) {
  work.run(kAdd, {state.role, state.is_active, 0, users, users});
}

void move(db::Work& work, UserId user, const State& from, const State& to) {
  leave(work, user, from);
  enter(work, user, to);
}

void leave(db::Work& work, UserId user, const State& state) {
  work.run(kAdd, {state.role, state.is_active, shard_of(user), -1, -1});
}

Totals read(const Occasion& occasion) {
  Totals totals;
  for (db::Rows row = occasion.database().query(kTotals); row.next();) {
    const std::int64_t users = row.integer(2);
    (row.boolean(1) ? totals.active : totals.inactive) += users;
    totals.by_role[row.text(0)] += users;
  }
  return totals;
}

std::int64_t count(const Occasion& occasion, const std::optional<std::string>& role, std::optional<bool> is_active) {
  std::int64_t users = 0;
  for (db::Rows row = occasion.database().query(kTotals); row.next();) {
    if ((!role || row.text(0) == *role) && (!is_active || row.boolean(1) == *is_active)) users += row.integer(2);
  }
  return users;
}

void recount(const Occasion& occasion) {
  occasion.database().unit([](db::Work& work) {
    work.run(kForget);
    work.run(kCountAll);
    return Done{};
  });
}

}  // namespace gatehouse::census
