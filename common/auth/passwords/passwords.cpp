// SPDX-License-Identifier: Apache-2.0
#include "auth/passwords/passwords.h"

#include "crypto/password.h"

namespace gatehouse::passwords {
namespace {

crypto::Argon2Cost cost_of(const Settings& settings) {
  return {.memory_kib = settings.argon2_memory_kib, .passes = settings.argon2_passes};
}

Refusal busy() {
  return {.reason = Reason::unavailable, .detail = "busy; try again in a moment", .retry_after = seconds(2)};
}

}  // namespace

Result<std::string> hash(const Occasion& occasion, const Secret& password) {
  const auto slot = occasion.process.hash_slots.take();
  if (!slot) return busy();
  return crypto::hash_password(password, cost_of(occasion.settings()));
}

Result<Verdict> check_guess(const Occasion& occasion, std::string_view stored, const Secret& password,
                            const throttle::Subject& subject) {
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
  if (match == crypto::Match::yes_but_outdated) verdict.better_hash = crypto::hash_password(password, cost);
  return verdict;
}

}  // namespace gatehouse::passwords
