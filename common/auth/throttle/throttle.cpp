// SPDX-License-Identifier: Apache-2.0
#include "auth/throttle/throttle.h"

#include "auth/outbox/notices.h"
#include "auth/throttle/throttle_sql.h"

namespace gatehouse::throttle {
namespace {

constexpr int kAccountWideFactor = 10;
constexpr hours kWelcomeLasts{1};

// The account's own row has the empty address; a request whose address the front server did not give must not be it.
std::string source_of(const Occasion& occasion) {
  const std::string network = occasion.address.network();
  return network.empty() ? "?" : network;
}

// Counts, and says whether this was the failure that locked the address or the account.
bool count_failure(db::Work& work, const Occasion& occasion, const Subject& subject, Guess guess) {
  const Settings& settings = occasion.settings();
  const std::string source = source_of(occasion);
  const std::int64_t most = settings.max_login_attempts;
  const std::int64_t most_account_wide = most * kAccountWideFactor;
  const Time now = occasion.now;
  const Time until = now + settings.lockout;
  const Time first_locks = most == 1 ? until : Time{};
  const int account_wide = guess == Guess::evaluated ? 1 : 0;
  work.run(kCountFailure, {subject, source, until, first_locks, subject, account_wide, until, now, account_wide, now,
                           until, most_account_wide, most, now, until, now});
  db::Rows row = work.query(kFailures, {subject, source, subject});
  row.next();
  return row.integer(0) == most || (guess == Guess::evaluated && row.integer(1) == most_account_wide);
}

}  // namespace

Subject subject_of(UserId user) { return crypto::labelled_sha256("throttle user", std::to_string(user.value)); }

Subject subject_of_unknown(std::string_view canonical_name) {
  return crypto::labelled_sha256("throttle name", canonical_name);
}

Subject subject_of_factor(UserId user) {
  return crypto::labelled_sha256("throttle factor", std::to_string(user.value));
}

Record look_up(const Occasion& occasion, const Subject& subject) {
  const std::string source = source_of(occasion);
  db::Rows row = occasion.database().query(kLookUp, {subject, source, subject, subject, source});
  row.next();
  const auto address_locked_until = row.optional_time(0);
  const auto account_locked_until = row.optional_time(1);
  const auto welcomed_at = row.optional_time(2);
  const bool address_locked = address_locked_until > occasion.now;
  const bool account_locked = account_locked_until > occasion.now;
  return {.is_locked = address_locked || (account_locked && !welcomed_at),
          .has_failures = address_locked_until.has_value(),
          .welcomed_at = welcomed_at};
}

void record_failure(const Occasion& occasion, const Subject& subject, Guess guess, std::optional<UserId> user,
                    audit::Event event) {
  const bool is_of_factor = event == audit::Event::second_factor_failure;
  const outbox::Topic topic = is_of_factor ? outbox::Topic::factor_guessed : outbox::Topic::account_locked;
  const outbox::Letter news = outbox::news_of_lock(occasion, topic, user, bytes_of(subject));
  occasion.database().unit([&](db::Work& work) {
    const bool has_locked = count_failure(work, occasion, subject, guess);
    audit::record(work, occasion, event, {.user = user});
    if (has_locked) {
      audit::record(work, occasion, audit::Event::account_locked, {.user = user});
      outbox::post(work, occasion, news);
    }
    return Done{};
  });
}

void welcome(db::Work& work, const Occasion& occasion, const Subject& subject, const Record& seen) {
  const std::string source = source_of(occasion);
  if (seen.has_failures) work.run(kForget, {subject, source});
  const bool is_remembered = seen.welcomed_at > occasion.now - kWelcomeLasts;
  if (!is_remembered) work.run(kRemember, {subject, source, occasion.now, occasion.now});
}

std::int64_t forget_all(db::Work& work, const Subject& subject) { return work.run(kForgetAll, {subject}); }

void forget_addresses(db::Work& work, const Subject& subject) { work.run(kForgetAddresses, {subject}); }

}  // namespace gatehouse::throttle
