// SPDX-License-Identifier: Apache-2.0
#include "auth/sweep/sweep.h"

#include <algorithm>
#include <chrono>
#include <thread>

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
constexpr std::int64_t kBatch = 100;  // as in the statements
// Most of the time is for those who wait: a batch makes what runs beside it slower, and few requests may meet
// one.
constexpr int kRest = 39;

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
      {"gh_known_addresses", kKnownAddresses, to_millis(over - kAddressesKept)},
      {"gh_audit_counts", kAuditCounts, to_millis(over - kCountsKept) / 60000},
      {"gh_guard_codes", kGuardCodes, to_millis(over)},
      {"gh_guard_cookies", kGuardCookies, to_millis(over)},
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
      if (!step.is_finished) std::this_thread::sleep_for(kRest * (std::chrono::steady_clock::now() - began));
    }
  }
  Report report{.is_finished = std::all_of(std::begin(steps), std::end(steps), is_finished)};
  for (const Step& step : steps) report.tables.push_back({step.table, step.rows});
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
