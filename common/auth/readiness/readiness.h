// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/process.h"
#include "base/result.h"

namespace gatehouse::readiness {

// The database answers, on a schema in this build's range, and takes writes. What is away is thrown, as everywhere.
Result<Done> check(const Occasion& occasion);

}  // namespace gatehouse::readiness
