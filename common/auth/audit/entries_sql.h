// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::audit {

extern const db::Statement kPage;
extern const db::Statement kPageOfUser;
extern const db::Statement kPageOfEvent;
extern const db::Statement kExport;

}  // namespace gatehouse::audit
