// SPDX-License-Identifier: Apache-2.0
#include "auth/accounts/accounts.h"

#include "auth/access/access.h"
#include "auth/accounts/accounts_sql.h"
#include "auth/api_keys/api_keys.h"
#include "auth/audit/audit.h"
#include "auth/census/census.h"
#include "auth/outbox/notices.h"
#include "auth/passwords/passwords.h"
#include "auth/recovery/email_change.h"
#include "auth/sessions/endings.h"
#include "auth/throttle/throttle.h"
#include "auth/users/users_rules.h"

namespace gatehouse::accounts {
namespace {

using audit::Event;

constexpr minutes kFreshEnoughForEmail{10};

Refusal wrong_password() { return {Reason::malformed, "the current password is wrong"}; }

}  // namespace

Result<ProfileChanged> change_profile(const Occasion& occasion, const Principal& principal,
                                      const ProfileChange& change) {
  users::User user = principal.user;
  std::optional<recovery::Offer> new_email;
  if (change.email && *change.email != user.email) {
    const auto fresh = access::require_fresh_login(principal.standing(occasion.now), kFreshEnoughForEmail);
    if (!fresh) return fresh.refusal();
    auto prepared = recovery::prepare_change(occasion, principal, *change.email);
    if (!prepared) return prepared.refusal();
    new_email = std::move(*prepared);
  }
  if (change.full_name) user.full_name = change.full_name->empty() ? std::nullopt : change.full_name;
  if (change.language) user.language = change.language;
  const bool changes_row = change.full_name || change.language || !new_email;
  if (changes_row) user.updated_at = occasion.now;
  return occasion.database().unit([&](db::Work& work) -> Result<ProfileChanged> {
    if (changes_row && work.run(kChangeProfile, {user.full_name, user.language, user.updated_at, user.id,
                                                 principal.user.updated_at}) == 0) {
      // Somebody else was faster; or an earlier run of this unit was, its answer lost.
      db::Rows version = work.query(kProfileVersion, {user.id});
      const bool is_done = version.next() && version.time(0) == user.updated_at;
      if (!is_done) return Refusal{Reason::conflict, "the profile was changed meanwhile; read it again"};
      return ProfileChanged{user, new_email.has_value()};
    }
    if (changes_row) {
      audit::record(work, occasion, Event::profile_updated, {.user = user.id, .session = principal.session()});
    }
    if (new_email) {
      recovery::hand_over(work, occasion, *new_email);
      audit::record(work, occasion, Event::email_change_requested, {.user = user.id, .session = principal.session()});
    }
    return ProfileChanged{user, new_email.has_value()};
  });
}

Result<std::vector<api_keys::Kept>> change_password(const Occasion& occasion, const Principal& principal,
                                                    const PasswordChange& change) {
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
  return occasion.database().unit([&](db::Work& work) -> Result<std::vector<api_keys::Kept>> {
    if (work.run(kChangePassword, {*hash, occasion.now, user, stored}) == 0) {
      // Changed by somebody else meanwhile, or by an earlier run of this unit, its answer lost.
      db::Rows now = work.query(kPasswordHash, {user});
      if (now.next() && now.text(0) == *hash) return api_keys::kept(work, occasion, user);
      return wrong_password();
    }
    sessions::end_all(work, occasion, user, "password_changed");
    recovery::end_tokens(work, occasion, user);
    if (change.end_api_keys) api_keys::end_all(work, occasion, user);
    throttle::welcome(work, occasion, subject, verdict->record);
    audit::record(work, occasion, Event::password_changed, {.user = user, .session = principal.session()});
    outbox::post(work, occasion, news);
    return api_keys::kept(work, occasion, user);
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
    recovery::end_tokens(work, occasion, user);
    audit::record(work, occasion, Event::account_deactivated,
                  {.user = principal.user.id, .session = principal.session()});
    return Done{};
  });
}

}  // namespace gatehouse::accounts
