// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::audit {

extern const db::Statement kRecord;
extern const db::Statement kCountEvent;
extern const db::Statement kCountAndTally;
extern const db::Statement kTally;
extern const db::Statement kRecordUnlessFlood;

}  // namespace gatehouse::audit
