// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::restored {

extern const db::Statement kSessionsPage;
extern const db::Statement kEndSessions;
extern const db::Statement kKeysPage;
extern const db::Statement kEndKeys;
extern const db::Statement kEndEmailTokens;
extern const db::Statement kEndResetTokens;
extern const db::Statement kDeferPurges;
extern const db::Statement kDropMail;
extern const db::Statement kEndSteps;

}  // namespace gatehouse::restored
