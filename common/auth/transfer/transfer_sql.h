// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::transfer {

extern const db::Statement kHolders;
extern const db::Statement kInsertUser;
extern const db::Statement kPage;
extern const db::Statement kPageWithHashes;

}  // namespace gatehouse::transfer
