// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::rates {

extern const db::Statement kOpen;
extern const db::Statement kDraw;
extern const db::Statement kUsed;
extern const db::Statement kSalt;

}  // namespace gatehouse::rates
