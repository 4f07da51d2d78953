// SPDX-License-Identifier: Apache-2.0
#include "auth/factors/factors.h"

#include <array>
#include <cstring>

#include "auth/factors/factors_sql.h"
#include "auth/factors/qr.h"
#include "auth/factors/seed_context.h"
#include "auth/factors/totp.h"
#include "auth/outbox/notices.h"
#include "auth/passwords/passwords.h"
#include "auth/sessions/endings.h"

namespace gatehouse::factors {
namespace {

using audit::Event;

constexpr std::size_t kRecoveryCodeCount = 10;
constexpr std::size_t kRecoveryCodeBytes = 10;
// How long a seed that was shown waits for its first code.
constexpr minutes kOfferLasts{15};

Refusal wrong_code() { return {Reason::malformed, "the code is wrong, or was used before"}; }

Refusal no_factor() { return {Reason::conflict, "this account has no second factor"}; }

crypto::Digest hash_of_recovery_code(std::string_view canonical) {
  return crypto::labelled_sha256("recovery code", canonical);
}

struct Row {
  std::string sealed_seed;
  Time created_at;
  std::optional<Time> confirmed_at;
  std::int64_t last_step;
};

std::optional<Row> find(const Occasion& occasion, UserId user) {
  db::Rows row = occasion.database().query(kFind, {user});
  if (!row.next()) return std::nullopt;
  return Row{row.text(0), row.time(1), row.optional_time(2), row.integer(3)};
}

Secret open_seed(const Occasion& occasion, UserId user, const Row& row) {
  auto seed = occasion.process.keyring.unseal(seed_context(user), row.sealed_seed);
  if (!seed) throw Misconfigured("a second factor's seed does not open with this master key");
  return std::move(*seed);
}

std::optional<Proof> prove_by_code(const Occasion& occasion, UserId user, std::string_view code) {
  const auto row = find(occasion, user);
  if (!row || !row->confirmed_at) return std::nullopt;
  const Secret seed = open_seed(occasion, user, *row);
  const auto step = step_of(seed.reveal(), code, occasion.now, row->last_step);
  if (!step) return std::nullopt;
  return Proof{.user = user, .amr = access::kByCode, .confirmed_at = *row->confirmed_at, .step = step};
}

std::optional<Proof> prove_by_recovery_code(const Occasion& occasion, UserId user, std::string_view typed) {
  const auto canonical = canonical_recovery_code(typed);
  if (!canonical) return std::nullopt;
  const crypto::Digest hash = hash_of_recovery_code(*canonical);
  db::Rows row = occasion.database().query(kFindRecoveryCode, {user, hash});
  if (!row.next()) return std::nullopt;
  return Proof{.user = user,
               .amr = access::kByRecoveryCode,
               .confirmed_at = row.time(0),
               .recovery_code = hash,
               .letter = outbox::news(occasion, outbox::Topic::recovery_code_used, user, {{"left", row.text(1)}})};
}

// Ten, as they are shown and as they are kept.
struct Drawn {
  RecoveryCodes shown;
  std::vector<crypto::Digest> hashes;
};

Drawn draw_recovery_codes(const Occasion& occasion) {
  Drawn drawn;
  for (std::size_t i = 0; i < kRecoveryCodeCount; ++i) {
    std::array<unsigned char, kRecoveryCodeBytes> bits;
    occasion.random().fill(bits);
    drawn.shown.recovery_codes.push_back(shown_recovery_code(bytes_of(bits)));
    drawn.hashes.push_back(hash_of_recovery_code(*canonical_recovery_code(drawn.shown.recovery_codes.back())));
  }
  return drawn;
}

void replace_recovery_codes(db::Work& work, const Occasion& occasion, UserId user, const Drawn& drawn) {
  work.run(kForgetRecoveryCodes, {user});
  for (const crypto::Digest& hash : drawn.hashes) work.run(kInsertRecoveryCode, {user, hash, occasion.now});
}

bool were_made_before(db::Work& work, UserId user, const Drawn& drawn) {
  return work.query(kHasRecoveryCode, {user, drawn.hashes.front()}).next();
}

// By whoever is signed in, of their own factor: checked, and the failure on record.
Result<Verdict> check_own(const Occasion& occasion, UserId user, const Shown& shown) {
  if (shown.is_nothing()) return nothing_shown();
  const auto row = find(occasion, user);
  if (!row || !row->confirmed_at) return no_factor();
  auto verdict = check_guess(occasion, user, shown);
  if (!verdict) return verdict.refusal();
  if (!verdict->proof) {
    record_failure(occasion, user, verdict->guess);
    return wrong_code();
  }
  verdict->slot.reset();
  return verdict;
}

}  // namespace

Refusal nothing_shown() {
  return {.reason = Reason::invalid,
          .detail = "some fields are wrong",
          .fields = {{"code", "is required, or recovery_code"}}};
}

Shown Shown::of(std::optional<std::string> either) {
  if (!either) return {};
  return is_code(*either) ? Shown{.code = std::move(either)} : Shown{.recovery_code = std::move(either)};
}

Result<Verdict> check_guess(const Occasion& occasion, UserId user, const Shown& shown) {
  const auto subject = throttle::subject_of_factor(user);
  const bool was_locked = throttle::look_up(occasion, subject).is_locked;
  Verdict verdict{.slot = occasion.process.hash_slots.take()};
  if (!verdict.slot) return passwords::busy();
  verdict.record = throttle::look_up(occasion, subject);
  if (was_locked || verdict.record.is_locked) return verdict;
  verdict.guess = throttle::Guess::evaluated;
  verdict.proof = shown.code ? prove_by_code(occasion, user, *shown.code)
                             : prove_by_recovery_code(occasion, user, shown.recovery_code.value_or(""));
  return verdict;
}

void record_failure(const Occasion& occasion, UserId user, throttle::Guess guess) {
  throttle::record_failure(occasion, throttle::subject_of_factor(user), guess, user, Event::second_factor_failure);
}

bool use(db::Work& work, const Occasion& occasion, const Proof& proof, const std::optional<SessionId>& session) {
  if (proof.step) return work.run(kUseStep, {*proof.step, proof.user, *proof.step, proof.confirmed_at}) == 1;
  if (work.run(kUseRecoveryCode, {occasion.now, proof.user, proof.recovery_code}) == 0) return false;
  audit::record(work, occasion, Event::recovery_code_used, {.user = proof.user, .session = session});
  if (proof.letter) outbox::post(work, occasion, *proof.letter);
  return true;
}

void welcome(db::Work& work, const Occasion& occasion, UserId user, const throttle::Record& seen) {
  throttle::welcome(work, occasion, throttle::subject_of_factor(user), seen);
}

Status status(const Occasion& occasion, const Principal& principal) {
  db::Rows row = occasion.database().query(kStatusOf, {principal.user.id});
  if (!row.next()) return {};
  return {.is_active = true, .confirmed_at = row.time(0), .recovery_codes_left = row.integer(1)};
}

Result<Enrolment> enroll(const Occasion& occasion, const Principal& principal) {
  const UserId user = principal.user.id;
  std::array<unsigned char, kSeedBytes> bits;
  occasion.random().fill(bits);
  const Secret seed(bytes_of(bits));
  explicit_bzero(bits.data(), bits.size());
  const std::string sealed = occasion.process.keyring.seal(seed_context(user), seed.reveal(), occasion.random());
  const auto done = occasion.database().unit([&](db::Work& work) -> Result<Done> {
    if (work.run(kReplaceOffer, {sealed, occasion.now, user}) > 0) return Done{};
    if (work.claim(kOffer, {user, sealed, occasion.now})) return Done{};
    return Refusal{Reason::conflict, "this account has a second factor; remove it first"};
  });
  if (!done) return done.refusal();
  Enrolment enrolment{.uri = {}, .secret = Secret(to_base32(seed.reveal())), .qr_svg = {}};
  enrolment.uri = otpauth_uri(occasion.settings().app_name, principal.user.username, enrolment.secret.reveal());
  enrolment.qr_svg = svg_of(qr_of(enrolment.uri));
  return enrolment;
}

Result<RecoveryCodes> confirm(const Occasion& occasion, const Principal& principal, const std::string& code) {
  const UserId user = principal.user.id;
  const auto offered = find(occasion, user);
  if (offered && offered->confirmed_at) return Refusal{Reason::conflict, "this account has a second factor already"};
  if (!offered || occasion.now >= offered->created_at + kOfferLasts) {
    return Refusal{Reason::conflict, "no second factor waits to be confirmed; enroll one"};
  }
  const Secret seed = open_seed(occasion, user, *offered);
  // Whoever confirms was shown the seed: there is nothing to guess.
  const auto step = step_of(seed.reveal(), code, occasion.now, offered->last_step);
  if (!step) return wrong_code();
  const Drawn drawn = draw_recovery_codes(occasion);
  const auto letter = outbox::news(occasion, outbox::Topic::factor_added, user);
  return occasion.database().unit([&](db::Work& work) -> Result<RecoveryCodes> {
    if (!work.query(kHoldSession, {principal.session()}).next()) {
      return Refusal{Reason::token_invalid, "the session has ended"};
    }
    if (work.run(kConfirm, {occasion.now, *step, user, offered->created_at, offered->sealed_seed}) == 0) {
      if (were_made_before(work, user, drawn)) return drawn.shown;  // an earlier run of this unit, its answer lost
      return Refusal{Reason::conflict, "the second factor was changed meanwhile; enroll again"};
    }
    replace_recovery_codes(work, occasion, user, drawn);
    work.run(kStepUp, {access::kByCode, principal.session()});
    sessions::end_others(work, occasion, user, principal.session(), "factor_added");
    audit::record(work, occasion, Event::second_factor_added, {.user = user, .session = principal.session()});
    outbox::post(work, occasion, letter);
    return drawn.shown;
  });
}

Result<RecoveryCodes> renew_recovery_codes(const Occasion& occasion, const Principal& principal, const Shown& shown) {
  const UserId user = principal.user.id;
  const auto verdict = check_own(occasion, user, shown);
  if (!verdict) return verdict.refusal();
  const Drawn drawn = draw_recovery_codes(occasion);
  auto done = occasion.database().unit([&](db::Work& work) -> Result<RecoveryCodes> {
    if (!use(work, occasion, *verdict->proof, principal.session())) {
      if (were_made_before(work, user, drawn)) return drawn.shown;
      return wrong_code();
    }
    replace_recovery_codes(work, occasion, user, drawn);
    welcome(work, occasion, user, verdict->record);
    audit::record(work, occasion, Event::recovery_codes_made, {.user = user, .session = principal.session()});
    return drawn.shown;
  });
  if (!done) record_failure(occasion, user, verdict->guess);
  return done;
}

Result<Done> remove(const Occasion& occasion, const Principal& principal, const Shown& shown) {
  const UserId user = principal.user.id;
  const auto verdict = check_own(occasion, user, shown);
  if (!verdict) return verdict.refusal();
  const auto letter = outbox::news(occasion, outbox::Topic::factor_removed, user);
  auto done = occasion.database().unit([&](db::Work& work) -> Result<Done> {
    if (!use(work, occasion, *verdict->proof, principal.session())) {
      if (!work.query(kFind, {user}).next()) return Done{};  // gone already, maybe by an earlier run of this unit
      return wrong_code();
    }
    forget(work, user);
    welcome(work, occasion, user, verdict->record);
    sessions::end_others(work, occasion, user, principal.session(), "factor_removed");
    audit::record(work, occasion, Event::second_factor_removed, {.user = user, .session = principal.session()});
    outbox::post(work, occasion, letter);
    return Done{};
  });
  if (!done) record_failure(occasion, user, verdict->guess);
  return done;
}

bool forget(db::Work& work, UserId user) {
  work.run(kForgetRecoveryCodes, {user});
  return work.run(kForget, {user}) > 0;
}

}  // namespace gatehouse::factors
