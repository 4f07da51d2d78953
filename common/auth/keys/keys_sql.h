// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::keys {

extern const db::Statement kListKeys;
extern const db::Statement kReadSecret;
extern const db::Statement kRetire;
extern const db::Statement kRevoke;
extern const db::Statement kSignFrom;
extern const db::Statement kInsertKey;
extern const db::Statement kInsertSecret;

}  // namespace gatehouse::keys
