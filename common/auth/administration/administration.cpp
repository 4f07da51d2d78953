// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/administration.h"

#include <type_traits>
#include <utility>

#include "auth/administration/administration_sql.h"
#include "auth/api_keys/api_keys.h"
#include "auth/census/census.h"
#include "auth/factors/factors.h"
#include "auth/outbox/notices.h"
#include "auth/passwords/passwords.h"
#include "auth/recovery/email_tokens.h"
#include "auth/sessions/endings.h"
#include "auth/throttle/throttle.h"
#include "auth/users/users_rules.h"

namespace gatehouse::administration {
namespace {

using audit::Event;
using users::User;

Refusal nobody() { return {Reason::not_found, "there is no such user"}; }

std::optional<User> find(db::Work& work, const db::Statement& how, UserId id) {
  db::Rows row = work.query(how, {id});
  return row.next() ? std::optional(users::read_user(row, 0, id)) : std::nullopt;
}

const access::RoleMap& role_map(const Occasion& occasion) {
  return occasion.process.roles.present(occasion.database(), occasion.now);
}

Result<Done> not_oneself(const Administrator& who, UserId user) {
  if (!who.is(user)) return Done{};
  return Refusal{Reason::malformed, "this is for other people's accounts; one's own is changed as one's own"};
}

// Whether this administrator may touch this account. A role that is in the map no more has no place, and no rights.
Result<Done> may_manage(const Administrator& who, std::string_view their_role, const access::RoleMap& map) {
  if (who.is_operator()) return Done{};
  if (their_role == access::kSuperAdmin) return Refusal{Reason::forbidden, "nobody changes a super_admin here"};
  const access::Role* role = map.find(their_role);
  if (role && who.is_below(role->place)) return Refusal{Reason::forbidden, "their role is above one's own"};
  return Done{};
}

// A super_admin who is to be one no longer; only the operator gets this far.
Result<Done> leaves_another(db::Work& work, const User& user) {
  if (user.role != access::kSuperAdmin || !user.is_active) return Done{};
  if (users::is_another_super_admin_active(work, user.id)) return Done{};
  return Refusal{Reason::conflict, "this is the last super_admin"};
}

// What is different, in words for the record; a name is somebody's own, and is not repeated there.
std::string differences(const User& before, const User& after) {
  std::string text;
  const auto add = [&](const char* word) { text += (text.empty() ? "" : ", ") + std::string(word); };
  if (before.full_name != after.full_name) add("full_name");
  if (!before.is_active && after.is_active) add("activated");
  if (before.is_verified != after.is_verified) add(after.is_verified ? "verified" : "not verified");
  return text;
}

// One unit: finds the user, checks, and hands over to `act`. kHold where the user's own row is changed; beside it kRead
// will do.
template <class Act>
auto manage(const Occasion& occasion, const Administrator& who, const db::Statement& how, UserId id, Act&& act)
    -> std::invoke_result_t<Act&, db::Work&, User&> {
  if (const auto other = not_oneself(who, id); !other) return other.refusal();
  const access::RoleMap& map = role_map(occasion);
  return occasion.database().unit([&](db::Work& work) -> std::invoke_result_t<Act&, db::Work&, User&> {
    auto user = find(work, how, id);
    if (!user) return nobody();
    if (const auto may = may_manage(who, user->role, map); !may) return may.refusal();
    return act(work, *user);
  });
}

// Inside a unit that holds the user's row: themselves, and all that is theirs.
void erase(db::Work& work, UserId id, const throttle::Subject& subject, const census::State& state) {
  // The password first: a login that is under way holds it, and has begun its session when this gets on.
  work.run(kRemovePassword, {id});
  work.run(kRemoveSessions, {id});
  work.run(kRemoveKeys, {id});
  work.run(kRemoveMemberships, {id});
  work.run(kRemovePosts, {id});
  recovery::remove_tokens(work, id);
  work.run(kRemoveSteps, {id});
  factors::forget(work, id);
  for (const throttle::Subject& each : {subject, throttle::subject_of_factor(id)}) {
    throttle::forget_all(work, each);
    throttle::forget_addresses(work, each);
  }
  work.run(kRemoveUser, {id});
  census::leave(work, id, state);
}

}  // namespace

audit::Subject Administrator::on_record(std::optional<UserId> user, std::string detail) const {
  if (principal_) return principal_->on_record(user, std::move(detail));
  return {.user = user, .detail = std::move(detail)};
}

Result<Done> may_touch(const Occasion& occasion, const Administrator& who, UserId user, std::string_view role) {
  if (const auto other = not_oneself(who, user); !other) return other.refusal();
  return may_manage(who, role, role_map(occasion));
}

Result<User> read(const Occasion& occasion, UserId id) {
  db::Rows row = occasion.database().query(kRead, {id});
  if (!row.next()) return nobody();
  return users::read_user(row, 0, id);
}

Result<User> change(const Occasion& occasion, const Administrator& who, UserId id, const Change& wanted) {
  return manage(occasion, who, kHold, id, [&](db::Work& work, User& user) -> Result<User> {
    User after = user;
    if (wanted.full_name) after.full_name = wanted.full_name->empty() ? std::nullopt : wanted.full_name;
    after.is_active = wanted.is_active.value_or(user.is_active);
    after.is_verified = wanted.is_verified.value_or(user.is_verified);
    const std::string changed = differences(user, after);
    const bool ends = user.is_active && !after.is_active;
    // As it is already, or as an earlier run of this unit has made it, its answer lost.
    if (changed.empty() && !ends) return user;
    if (ends) {
      if (const auto another = leaves_another(work, user); !another) return another.refusal();
    }
    after.updated_at = occasion.now;
    work.run(kChange, {after.full_name, after.is_active, after.is_verified, after.updated_at, id});
    if (user.is_active != after.is_active) {
      census::move(work, id, {user.role, user.is_active}, {user.role, after.is_active});
      // Who comes back, or was sent away, is not to be purged as somebody who left.
      work.run(kForgetDeletion, {id});
      // When the account comes back too: a login or a key that was under way while it was taken away may have begun.
      sessions::end_all(work, occasion, id, "deactivated");
      api_keys::end_all(work, occasion, id);
      recovery::end_tokens(work, occasion, id);
    }
    if (ends) audit::record(work, occasion, Event::account_deactivated, who.on_record(id));
    if (!changed.empty()) audit::record(work, occasion, Event::user_updated, who.on_record(id, changed));
    return after;
  });
}

Result<Done> remove(const Occasion& occasion, const Administrator& who, UserId id) {
  if (const auto other = not_oneself(who, id); !other) return other.refusal();
  if (const auto known = read(occasion, id); !known) return known.refusal();
  const access::RoleMap& map = role_map(occasion);
  const auto subject = throttle::subject_of(id);
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    const auto user = find(work, kHold, id);
    // There a moment ago: somebody else was faster, or an earlier run of this unit, its answer lost.
    if (!user) return Done{};
    if (const auto may = may_manage(who, user->role, map); !may) return may.refusal();
    if (const auto another = leaves_another(work, *user); !another) return another.refusal();
    erase(work, id, subject, {user->role, user->is_active});
    audit::record(work, occasion, Event::user_deleted, who.on_record(id));
    return Done{};
  });
}

std::vector<UserId> deleted_before(const Occasion& occasion, Time before) {
  std::vector<UserId> some;
  for (db::Rows row = occasion.database().query(kDeletedBefore, {before}); row.next();) some.push_back(row.user_id(0));
  return some;
}

bool purge(const Occasion& occasion, UserId id, Time before) {
  const auto subject = throttle::subject_of(id);
  return occasion.database().unit([&](db::Work& work) {
    db::Rows held = work.query(kHoldDeleted, {id, before});
    if (!held.next()) return false;
    erase(work, id, subject, {held.text(0), false});
    audit::record(work, occasion, Event::user_deleted, {.user = id, .detail = "purged"});
    return true;
  });
}

Result<User> change_role(const Occasion& occasion, const Administrator& who, UserId id, std::string_view wanted) {
  if (const auto other = not_oneself(who, id); !other) return other.refusal();
  const access::Role* role = role_map(occasion).find(wanted);
  if (!role) {
    return Refusal{.reason = Reason::invalid,
                   .detail = "some fields are wrong",
                   .fields = {{"role", "is no role of this installation"}}};
  }
  if (!who.is_operator() && wanted == access::kSuperAdmin) {
    return Refusal{Reason::forbidden, "super_admin is given at the command line only"};
  }
  if (who.is_below(role->place)) return Refusal{Reason::forbidden, "this role is above one's own"};
  return manage(occasion, who, kHold, id, [&](db::Work& work, User& user) -> Result<User> {
    if (user.role == wanted) return user;
    if (const auto another = leaves_another(work, user); !another) return another.refusal();
    const std::string before = std::exchange(user.role, std::string(wanted));
    user.updated_at = occasion.now;
    work.run(kChangeRole, {user.role, user.updated_at, id});
    census::move(work, id, {before, user.is_active}, {user.role, user.is_active});
    audit::record(work, occasion, Event::role_changed, who.on_record(id, before + " -> " + user.role));
    return user;
  });
}

Result<Done> unlock(const Occasion& occasion, const Administrator& who, UserId id) {
  return manage(occasion, who, kRead, id, [&](db::Work& work, const User&) -> Result<Done> {
    const std::int64_t forgotten = throttle::forget_all(work, throttle::subject_of(id)) +
                                   throttle::forget_all(work, throttle::subject_of_factor(id));
    if (forgotten == 0) return Done{};
    audit::record(work, occasion, Event::account_unlocked, who.on_record(id));
    return Done{};
  });
}

Result<Done> set_password(const Occasion& occasion, UserId id, std::string_view username, const Secret& password) {
  const auto good = passwords::judge_new(occasion, "password", password, username);
  if (!good) return good.refusal();
  const auto hash = passwords::hash(occasion, password);
  if (!hash) return hash.refusal();
  const auto who = Administrator::the_operator();
  return manage(occasion, who, kHold, id, [&](db::Work& work, const User&) -> Result<Done> {
    if (work.run(kSetPassword, {*hash, occasion.now, id, *hash, occasion.now}) == 0) {
      return Refusal{Reason::conflict, "an account for a program has no password; it acts by API keys"};
    }
    sessions::end_all(work, occasion, id, "password_changed");
    recovery::end_tokens(work, occasion, id);
    throttle::forget_all(work, throttle::subject_of(id));
    audit::record(work, occasion, Event::password_changed, who.on_record(id));
    return Done{};
  });
}

Result<Done> remove_factor(const Occasion& occasion, const Administrator& who, UserId id) {
  const auto letter = outbox::news(occasion, outbox::Topic::factor_removed, id);
  return manage(occasion, who, kRead, id, [&](db::Work& work, const User&) -> Result<Done> {
    if (!factors::forget(work, id)) return Done{};
    sessions::end_all(work, occasion, id, "factor_removed");
    throttle::forget_all(work, throttle::subject_of_factor(id));
    audit::record(work, occasion, Event::second_factor_removed, who.on_record(id));
    outbox::post(work, occasion, letter);
    return Done{};
  });
}

Result<Done> end_sessions(const Occasion& occasion, const Administrator& who, UserId id) {
  return manage(occasion, who, kRead, id, [&](db::Work& work, const User&) -> Result<Done> {
    if (sessions::end_all(work, occasion, id, "revoked") == 0) return Done{};
    audit::record(work, occasion, Event::session_revoked, who.on_record(id));
    return Done{};
  });
}

}  // namespace gatehouse::administration
