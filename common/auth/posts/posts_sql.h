// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::posts {

extern const db::Statement kList;
extern const db::Statement kFind;
extern const db::Statement kInsert;
extern const db::Statement kFindByBirth;
extern const db::Statement kUpdate;
extern const db::Statement kDelete;

}  // namespace gatehouse::posts
