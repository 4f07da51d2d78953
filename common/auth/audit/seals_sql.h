// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::audit {

extern const db::Statement kRowsOfSpan;
extern const db::Statement kLastSeal;
extern const db::Statement kSeals;
extern const db::Statement kInsertSeal;
extern const db::Statement kNextToDrop;
extern const db::Statement kLastDrop;
extern const db::Statement kDropOf;
extern const db::Statement kInsertDrop;
extern const db::Statement kDropRows;
extern const db::Statement kUnsealed;
extern const db::Statement kLastBlank;
extern const db::Statement kBlankOf;
extern const db::Statement kBlankDigestOf;
extern const db::Statement kInsertBlank;
extern const db::Statement kBlankPage;
extern const db::Statement kBlankRows;

}  // namespace gatehouse::audit
