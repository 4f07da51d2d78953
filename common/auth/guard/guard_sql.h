// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::guard {

extern const db::Statement kByCookie;
extern const db::Statement kIssueCode;
extern const db::Statement kCode;
extern const db::Statement kUseCode;
extern const db::Statement kWasSwapped;
extern const db::Statement kSetCookie;

}  // namespace gatehouse::guard
