// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::groups {

extern const db::Statement kList;
extern const db::Statement kByName;
extern const db::Statement kInsert;
extern const db::Statement kFindByBirth;
extern const db::Statement kInsertRight;
extern const db::Statement kKeep;
extern const db::Statement kHold;
extern const db::Statement kRights;
extern const db::Statement kMemberships;
extern const db::Statement kNoteChange;
extern const db::Statement kJoin;
extern const db::Statement kLeave;
extern const db::Statement kForgetRights;
extern const db::Statement kForgetMembers;
extern const db::Statement kDelete;
extern const db::Statement kMembers;

}  // namespace gatehouse::groups
