// SPDX-License-Identifier: Apache-2.0
#include "auth/passwords/passwords.h"

#include "auth/passwords/passwords_rules.h"
#include "crypto/password.h"
#include "crypto/strength.h"

namespace gatehouse::passwords {
namespace {

crypto::Argon2Cost cost_of(const Settings& settings) {
  return {.memory_kib = settings.argon2_memory_kib, .passes = settings.argon2_passes};
}

// 0.5 ms. No more than the installation's own.
crypto::Argon2Cost cost_of(const Settings& settings, Wrapping wrapping) {
  constexpr crypto::Argon2Cost kQuick{.memory_kib = 2048, .passes = 1};
  const crypto::Argon2Cost own = cost_of(settings);
  const bool is_dearer = kQuick.memory_kib * kQuick.passes > own.memory_kib * own.passes;
  return wrapping == Wrapping::full || is_dearer ? own : kQuick;
}

}  // namespace

Refusal busy() {
  return {.reason = Reason::unavailable, .detail = "busy; try again in a moment", .retry_after = seconds(2)};
}

Result<std::string> hash(const Occasion& occasion, const Secret& password) {
  const auto slot = occasion.process.hash_slots.take();
  if (!slot) return busy();
  return crypto::hash_password(password, cost_of(occasion.settings()));
}

Result<Done> judge_new(const Occasion& occasion, std::string_view field, const Secret& password,
                       std::string_view username) {
  std::string why(check_new(password.reveal(), username));
  if (why.empty() && occasion.process.breaches.contain(password)) {
    why = "is known to people who collect passwords: it was found in what others lost";
  }
  if (why.empty()) return Done{};
  return Refusal{.reason = Reason::invalid,
                 .detail = "some fields are wrong",
                 .fields = {{.field = std::string(field),
                             .message = std::move(why),
                             .strength = crypto::estimate_strength(password.reveal(), username)}}};
}

std::string_view judge_foreign(const Occasion& occasion, std::string_view foreign_hash) {
  return crypto::appraise_hash(foreign_hash, cost_of(occasion.settings())).why;
}

Result<std::string> adopt_foreign(const Occasion& occasion, std::string_view foreign_hash, Wrapping wrapping) {
  const auto appraisal = crypto::appraise_hash(foreign_hash, cost_of(occasion.settings()));
  if (appraisal.worth == crypto::Worth::refuse) {
    return Refusal{.reason = Reason::invalid, .detail = std::string("hash ") + appraisal.why};
  }
  if (appraisal.worth == crypto::Worth::keep) return std::string(foreign_hash);
  const auto slot = occasion.process.hash_slots.take();
  if (!slot) return busy();
  return crypto::wrap_hash(foreign_hash, cost_of(occasion.settings(), wrapping));
}

Result<Verdict> check_guess(const Occasion& occasion, std::string_view stored, const Secret& password,
                            const throttle::Subject& subject, Upgrade upgrade) {
  const bool was_locked = throttle::look_up(occasion, subject).is_locked;
  Verdict verdict{.slot = occasion.process.hash_slots.take()};
  if (!verdict.slot) return busy();
  const crypto::Argon2Cost cost = cost_of(occasion.settings());
  // Always asked twice, so that locked and not locked take the same work.
  verdict.record = throttle::look_up(occasion, subject);
  const bool is_locked = verdict.record.is_locked || was_locked;
  verdict.guess = is_locked ? throttle::Guess::unseen : throttle::Guess::evaluated;
  if (is_locked || stored.empty()) {
    crypto::check_no_password(password, cost);
    return verdict;
  }
  const crypto::Match match = crypto::check_password(stored, password, cost);
  verdict.right = match != crypto::Match::no;
  const bool is_outdated = match == crypto::Match::yes_but_outdated && upgrade == Upgrade::where_outdated;
  if (is_outdated) verdict.better_hash = crypto::hash_password(password, cost);
  return verdict;
}

}  // namespace gatehouse::passwords
