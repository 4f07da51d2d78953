// SPDX-License-Identifier: Apache-2.0
#include "auth/accounts/accounts.h"

#include "auth/access/access.h"
#include "auth/accounts/accounts_sql.h"
#include "auth/api_keys/api_keys.h"
#include "auth/audit/audit.h"
#include "auth/census/census.h"
#include "auth/outbox/notices.h"
#include "auth/passwords/passwords.h"
#include "auth/sessions/endings.h"
#include "auth/throttle/throttle.h"
#include "auth/users/users_rules.h"

namespace gatehouse::accounts {
namespace {

using audit::Event;

constexpr minutes kFreshEnoughForEmail{10};

Refusal wrong_password() { return {Reason::malformed, "the current password is wrong"}; }

}  // namespace

Result<users::User> change_profile(const Occasion& occasion, const Principal& principal, const ProfileChange& change) {
  users::User user = principal.user;
  const bool new_email = change.email && *change.email != user.email;
  if (new_email) {
    const auto fresh = access::require_fresh_login(principal.standing(occasion.now), kFreshEnoughForEmail);
    if (!fresh) return fresh.refusal();
    user.email = *change.email;
    user.is_verified = false;
  }
  if (change.full_name) user.full_name = change.full_name->empty() ? std::nullopt : change.full_name;
  if (change.language) user.language = change.language;
  user.updated_at = occasion.now;
  const std::string email_key = users::canonical_email(user.email);
  return occasion.database().unit([&](db::Work& work) -> Result<users::User> {
    const auto rows =
        work.run_unless_taken(kChangeProfile, {user.full_name, user.email, email_key, user.is_verified, user.language,
                                               user.updated_at, user.id, principal.user.updated_at});
    if (!rows) return Refusal{Reason::conflict, "email is taken"};
    if (*rows == 0) {
      // Somebody else was faster; or an earlier run of this unit was, its answer lost.
      db::Rows version = work.query(kProfileVersion, {user.id});
      if (version.next() && version.time(0) == user.updated_at) return user;
      return Refusal{Reason::conflict, "the profile was changed meanwhile; read it again"};
    }
    audit::record(work, occasion, Event::profile_updated, {.user = user.id, .session = principal.session()});
    return user;
  });
}

Result<Done> change_password(const Occasion& occasion, const Principal& principal, const PasswordChange& change) {
  const UserId user = principal.user.id;
  const auto good = passwords::judge_new(occasion, "new_password", change.fresh, principal.user.username);
  if (!good) return good.refusal();
  db::Rows row = occasion.database().query(kPasswordHash, {user});
  const std::string stored = row.next() ? row.text(0) : "";

  const auto subject = throttle::subject_of(user);
  auto verdict = passwords::check_guess(occasion, stored, change.current, subject);
  if (!verdict) return verdict.refusal();
  if (!verdict->right) {
    throttle::record_failure(occasion, subject, verdict->guess, user);
    return wrong_password();
  }
  verdict->slot.reset();

  const auto hash = passwords::hash(occasion, change.fresh);
  if (!hash) return hash.refusal();
  const auto news = outbox::news_of_password(occasion, user);
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    if (work.run(kChangePassword, {*hash, occasion.now, user, stored}) == 0) {
      // Changed by somebody else meanwhile, or by an earlier run of this unit, its answer lost.
      db::Rows now = work.query(kPasswordHash, {user});
      if (now.next() && now.text(0) == *hash) return Done{};
      return wrong_password();
    }
    sessions::end_all(work, occasion, user, "password_changed");
    throttle::welcome(work, occasion, subject, verdict->record);
    audit::record(work, occasion, Event::password_changed, {.user = user, .session = principal.session()});
    outbox::post(work, occasion, news);
    return Done{};
  });
}

Result<Done> deactivate(const Occasion& occasion, const Principal& principal) {
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    const UserId user = principal.user.id;
    const auto held = users::hold(work, user);
    if (!held || !held->is_active) return Done{};
    if (held->role == access::kSuperAdmin && !users::is_another_super_admin_active(work, user)) {
      return Refusal{Reason::conflict, "this is the last super_admin"};
    }
    work.run(kDeactivate, {occasion.now, occasion.now, user});
    census::move(work, user, {held->role, true}, {held->role, false});
    sessions::end_all(work, occasion, user, "deactivated");
    api_keys::end_all(work, occasion, user);
    audit::record(work, occasion, Event::account_deactivated,
                  {.user = principal.user.id, .session = principal.session()});
    return Done{};
  });
}

}  // namespace gatehouse::accounts
