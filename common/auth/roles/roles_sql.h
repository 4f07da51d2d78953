// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::roles {

extern const db::Statement kList;
extern const db::Statement kHold;
extern const db::Statement kInsert;
extern const db::Statement kInsertRight;
extern const db::Statement kDeleteRight;
extern const db::Statement kForgetRights;
extern const db::Statement kDelete;
extern const db::Statement kHolder;

}  // namespace gatehouse::roles
