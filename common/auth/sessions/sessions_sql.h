// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::sessions {

extern const db::Statement kInsertSession;
extern const db::Statement kOldestBeyond;
extern const db::Statement kIsLive;
extern const db::Statement kEndSession;
extern const db::Statement kBearer;

}  // namespace gatehouse::sessions
