// SPDX-License-Identifier: Apache-2.0
#include "auth/access/assurance.h"
#include "auth/audit/audit.h"
#include "auth/passwords/passwords.h"
#include "auth/sessions/sessions.h"
#include "auth/sessions/sessions_sql.h"

namespace gatehouse::sessions {
namespace {

Refusal wrong_password() { return {Reason::malformed, "the password is wrong"}; }
Refusal wrong_code() { return {Reason::malformed, "the code is wrong, or was used before"}; }

// What a right password was checked against.
struct Checked {
  std::string hash;
  throttle::Record record;
  std::optional<Time> factor_confirmed_at{};  // nullopt: no second factor
};

Result<Checked> check_password(const Occasion& occasion, UserId user, const Secret& password) {
  db::Rows row = occasion.database().query(kOwnCredentials, {user});
  const bool is_there = row.next();
  Checked checked{.hash = is_there ? row.text(0) : "",
                  .record = {},
                  .factor_confirmed_at = is_there ? row.optional_time(1) : std::nullopt};
  const auto subject = throttle::subject_of(user);
  auto verdict = passwords::check_guess(occasion, checked.hash, password, subject);
  if (!verdict) return verdict.refusal();
  if (!verdict->right) {
    throttle::record_failure(occasion, subject, verdict->guess, user);
    return wrong_password();
  }
  checked.record = verdict->record;
  return checked;
}

}  // namespace

Result<Done> reauthenticate(const Occasion& occasion, const Principal& principal, const Reauthentication& wanted) {
  const UserId user = principal.user.id;
  const auto checked = check_password(occasion, user, wanted.password);
  if (!checked) return checked.refusal();
  std::optional<factors::Verdict> factor;
  if (checked->factor_confirmed_at) {
    if (!wanted.otp) {
      return Refusal{Reason::second_factor_required, "this account has a second factor: send `otp` along"};
    }
    auto verdict = factors::check_guess(occasion, user, factors::Shown::of(wanted.otp));
    if (!verdict) return verdict.refusal();
    if (!verdict->proof) {
      factors::record_failure(occasion, user, verdict->guess);
      return wrong_code();
    }
    verdict->slot.reset();
    factor.emplace(std::move(*verdict));
  }
  const std::string_view amr = factor ? factor->proof->amr : access::kByPassword;
  const SessionId session = principal.session();
  auto done = occasion.database().unit([&](db::Work& work) -> Result<Done> {
    // The password is still the one that was checked, and stays so until this unit ends.
    if (!work.query(kAdmit, {user, checked->hash, checked->factor_confirmed_at}).next()) return wrong_password();
    db::Rows row = work.query(kHoldLogin, {session});
    if (!row.next()) return Refusal{Reason::token_invalid, "the session has ended"};
    // By an earlier run of this unit, its answer lost.
    if (row.time(0) == occasion.now && row.text(1) == amr) return Done{};
    if (factor && !factors::use(work, occasion, *factor->proof, session)) return wrong_code();
    work.run(kRenew, {occasion.now, amr, session});
    throttle::welcome(work, occasion, throttle::subject_of(user), checked->record);
    if (factor) factors::welcome(work, occasion, user, factor->record);
    audit::record(work, occasion, audit::Event::reauthenticated,
                  {.user = user, .session = session, .detail = std::string(amr)});
    return Done{};
  });
  if (!done && factor && done.refusal().reason == Reason::malformed) {
    factors::record_failure(occasion, user, factor->guess);
  }
  return done;
}

}  // namespace gatehouse::sessions
