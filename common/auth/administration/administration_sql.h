// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::administration {

extern const db::Statement kRead;
extern const db::Statement kHold;
extern const db::Statement kChange;
extern const db::Statement kChangeRole;
extern const db::Statement kForgetDeletion;
extern const db::Statement kDeletedBefore;
extern const db::Statement kHoldDeleted;
extern const db::Statement kSetPassword;
extern const db::Statement kRemoveUser;
extern const db::Statement kRemovePassword;
extern const db::Statement kRemoveSessions;
extern const db::Statement kRemoveKeys;
extern const db::Statement kRemoveMemberships;
extern const db::Statement kRemovePosts;
extern const db::Statement kRemoveSteps;

}  // namespace gatehouse::administration
