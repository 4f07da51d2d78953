// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::allowances {

extern const db::Statement kOpen;
extern const db::Statement kDraw;
extern const db::Statement kDrawn;

}  // namespace gatehouse::allowances
