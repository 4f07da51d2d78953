// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::access {

extern const db::Statement kRoleMap;

}  // namespace gatehouse::access
