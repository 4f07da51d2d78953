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

// Deletes what has run out, in small batches and a unit for each, until nothing is left or the time is used up; what
// was not reached is for the next sweep. A session's row stays until its absolute end, so that a replay is still known
// for one.
std::vector<Swept> sweep(const Occasion& occasion, seconds budget);

}  // namespace gatehouse::sweep
