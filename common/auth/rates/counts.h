// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "auth/allowances/allowances.h"

namespace gatehouse::rates {

// What a process keeps of the counts in the database.
struct Counts {
  allowances::Purse purse;
  std::string salt;  // as the database has it; empty until it was read
};

}  // namespace gatehouse::rates
