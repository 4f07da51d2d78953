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

}  // namespace gatehouse::sweep
