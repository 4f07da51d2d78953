// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::census {

extern const db::Statement kAdd;
extern const db::Statement kTotals;
extern const db::Statement kForget;
extern const db::Statement kCountAll;

}  // namespace gatehouse::census
