// SPDX-License-Identifier: Apache-2.0
#include "auth/sweep/sweep.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "auth/administration/administration.h"
#include "auth/audit/seals.h"
#include "auth/sweep/sweep_sql.h"
#include "crypto/hash.h"

namespace gatehouse::sweep {
namespace {

// A web head whose clock is behind still asks for what this one's clock calls over: a revoked token's row most of all.
constexpr minutes kKeptLonger{5};
constexpr days kAddressesKept{400};
constexpr days kCountsKept{400};
constexpr days kDeadKeysKept{30};
constexpr days kSentMailKept{1};  // a day is also the longest that MAIL_LIMIT can look back
constexpr days kDeadMailKept{30};
constexpr std::int64_t kBatch = 100;  // as in the statements
// Most of the time is for those who wait: a batch makes what runs beside it slower, and few requests may meet
// one.
constexpr int kRest = 39;

// After a step that took so long; not beyond the time that is given.
void rest(const Occasion& occasion, std::chrono::steady_clock::time_point began, Time give_up) {
  const std::chrono::nanoseconds most = give_up - occasion.process.clock.now();
  const std::chrono::nanoseconds wanted = kRest * (std::chrono::steady_clock::now() - began);
  std::this_thread::sleep_for(std::min(wanted, most));
}

// What holds an address is kept no longer than addresses are.
days at_most(const Occasion& occasion, days kept) {
  const days addresses = occasion.settings().address_retention;
  return addresses > days(0) ? std::min(kept, addresses) : kept;
}

// Of sessions that began so long ago, found by when they end. False: the time is used up.
bool blank_addresses(const Occasion& occasion, Time give_up, std::int64_t& rows) {
  const Settings& settings = occasion.settings();
  if (settings.address_retention == days(0)) return true;
  const Time before = occasion.now - settings.address_retention;
  const Time end = before + settings.session_life;
  for (Time from{}; from < end;) {
    if (occasion.process.clock.now() >= give_up) return false;
    const auto began = std::chrono::steady_clock::now();
    db::Rows page = occasion.database().query(kSessionsPage, {from, end});
    const Time to = page.next() ? page.time(0) : end;
    const std::int64_t blanked = occasion.database().unit([&](db::Work& work) {
      return work.run(kBlankSessions, {from, to, before});
    });
    // What was blank before costs others nothing, and is most of it.
    if (blanked > 0) rest(occasion, began, give_up);
    rows += blanked;
    from = to;
  }
  return true;
}

// Who deleted their own account, one at a time. False: the time is used up.
bool purge_deleted(const Occasion& occasion, Time give_up, std::int64_t& users) {
  if (occasion.settings().purge_deleted == days(0)) return true;
  const Time before = occasion.now - occasion.settings().purge_deleted;
  for (;;) {
    const auto some = administration::deleted_before(occasion, before);
    bool is_any = false;
    for (const UserId user : some) {
      if (occasion.process.clock.now() >= give_up) return false;
      // Each is a moment of its own: what goes on record may not be later than a request may take.
      const Occasion now{
          .process = occasion.process, .now = occasion.process.clock.now(), .request_id = "gatehouse:sweep"};
      const auto began = std::chrono::steady_clock::now();
      const bool is_purged = administration::purge(now, user, before);
      rest(occasion, began, give_up);
      if (!is_purged) continue;
      is_any = true;
      ++users;
    }
    if (!is_any) return true;
  }
}

}  // namespace

Report sweep(const Occasion& occasion, seconds budget) {
  const Time over = occasion.now - kKeptLonger;
  struct Step {
    const char* table;
    const db::Statement& statement;
    std::int64_t before;
    std::int64_t rows = 0;
    bool is_finished = false;
  };
  Step steps[] = {
      {"gh_sessions", kSessions, to_millis(over)},
      {"gh_revoked_tokens", kRevokedTokens, to_millis(over)},
      {"gh_throttle", kThrottle, to_millis(over)},
      {"gh_allowances", kAllowances, to_millis(over)},
      {"gh_api_keys", kApiKeys, to_millis(over - kDeadKeysKept)},
      {"gh_known_addresses", kKnownAddresses, to_millis(over - at_most(occasion, kAddressesKept))},
      {"gh_audit_counts", kAuditCounts, to_millis(over - at_most(occasion, kCountsKept)) / 60000},
      {"gh_login_steps", kLoginSteps, to_millis(over)},
      {"gh_guard_codes", kGuardCodes, to_millis(over)},
      {"gh_guard_cookies", kGuardCookies, to_millis(over)},
      {"gh_outbox", kMail, to_millis(over - kSentMailKept)},
      {"dead mail of gh_outbox", kDeadMail, to_millis(over - kDeadMailKept)},
      {"gh_email_tokens", kEmailTokens, to_millis(over)},
      {"gh_recovery_tokens", kRecoveryTokens, to_millis(over)},
      {"gh_signing_key_secrets", kKeySecrets, to_millis(over)},
  };
  Clock& clock = occasion.process.clock;
  const Time give_up = clock.now() + budget;
  const auto is_finished = [](const Step& step) { return step.is_finished; };
  // In turn, so that none waits for ever behind one that never gets done.
  while (!std::all_of(std::begin(steps), std::end(steps), is_finished) && clock.now() < give_up) {
    for (Step& step : steps) {
      if (step.is_finished || clock.now() >= give_up) continue;
      const auto began = std::chrono::steady_clock::now();
      const std::int64_t rows =
          occasion.database().unit([&](db::Work& work) { return work.run(step.statement, {step.before}); });
      step.rows += rows;
      step.is_finished = rows < kBatch;
      if (!step.is_finished) rest(occasion, began, give_up);
    }
  }
  Report report{.is_finished = std::all_of(std::begin(steps), std::end(steps), is_finished)};
  for (const Step& step : steps) report.tables.push_back({step.table, step.rows});
  std::int64_t blanked = 0;
  std::int64_t purged = 0;
  report.is_finished = purge_deleted(occasion, give_up, purged) && report.is_finished;
  report.is_finished = blank_addresses(occasion, give_up, blanked) && report.is_finished;
  if (blanked > 0) report.tables.push_back({"addresses of gh_sessions", blanked});
  if (purged > 0) report.tables.push_back({"gh_users", purged});
  return report;
}

void sweep_if_due(const Occasion& occasion) {
  constexpr seconds kMoment{1};
  const Process& process = occasion.process;
  try {
    // An allowance of one an hour: the row that says so is decided by one UPDATE, and swept in its turn.
    static const auto bucket = crypto::labelled_sha256("sweep by requests", "");
    if (!allowances::take(occasion, bucket, 1, hours(1)).granted) return;
    sweep(occasion, kMoment);
    audit::seal(occasion, kMoment);
  } catch (const std::exception& error) {
    LogLine line(occasion.now, Level::warning);
    line.add("endpoint", process.endpoint).add("error", std::string("the sweep failed: ") + error.what());
    process.log(std::move(line).finish());
  }
}

}  // namespace gatehouse::sweep
