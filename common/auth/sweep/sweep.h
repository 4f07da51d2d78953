// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "auth/process.h"

namespace gatehouse::sweep {

struct Swept {
  std::string table;
  std::int64_t rows;
};

struct Report {
  std::vector<Swept> tables{};
  bool is_finished = false;  // else there is more, for the next sweep
};

// Deletes what has run out, in small batches and a unit for each, table by table in turn, until nothing is left or the
// time is used up; then takes addresses out of sessions (ADDRESS_RETENTION_DAYS), and purges who deleted their own
// account (PURGE_DELETED_DAYS). A session's row stays until its absolute end, so that a replay is still known for one.
Report sweep(const Occasion& occasion, seconds budget);

// SWEEP = requests, in place of cron: sweeps and seals the audit trail for a moment, at most once an hour, whichever
// process comes first. To be called when nobody waits. Never throws; what goes wrong is in the log.
void sweep_if_due(const Occasion& occasion);

}  // namespace gatehouse::sweep
