// SPDX-License-Identifier: Apache-2.0
#include "auth/sweep/sweep.h"

#include <chrono>

#include "auth/sweep/sweep_sql.h"

namespace gatehouse::sweep {
namespace {

constexpr days kAddressesKept{400};
constexpr days kCountsKept{400};
constexpr std::int64_t kBatch = 500;  // as in the statements

}  // namespace

std::vector<Swept> sweep(const Occasion& occasion, seconds budget) {
  const Time now = occasion.now;
  struct Step {
    const char* table;
    const db::Statement& statement;
    std::int64_t before;
  };
  const Step steps[] = {
      {"gh_sessions", kSessions, to_millis(now)},
      {"gh_revoked_tokens", kRevokedTokens, to_millis(now)},
      {"gh_throttle", kThrottle, to_millis(now)},
      {"gh_known_addresses", kKnownAddresses, to_millis(now - kAddressesKept)},
      {"gh_audit_counts", kAuditCounts, to_millis(now - kCountsKept) / 60000},
      {"gh_signing_key_secrets", kKeySecrets, to_millis(now)},
  };
  const auto give_up = std::chrono::steady_clock::now() + budget;
  std::vector<Swept> swept;
  for (const Step& step : steps) {
    std::int64_t total = 0;
    for (std::int64_t rows = kBatch; rows == kBatch && std::chrono::steady_clock::now() < give_up; total += rows) {
      rows = occasion.database().unit([&](db::Work& work) { return work.run(step.statement, {step.before}); });
    }
    swept.push_back({step.table, total});
  }
  return swept;
}

}  // namespace gatehouse::sweep
