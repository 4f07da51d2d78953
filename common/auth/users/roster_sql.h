// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::users {

extern const db::Statement kRoster;
extern const db::Statement kRosterOfRole;

}  // namespace gatehouse::users
