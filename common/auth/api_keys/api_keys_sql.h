// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::api_keys {

extern const db::Statement kByHash;
extern const db::Statement kTouch;
extern const db::Statement kFreeExpired;
extern const db::Statement kRevokeNameless;
extern const db::Statement kTakenSlots;
extern const db::Statement kInsert;
extern const db::Statement kIsOwn;
extern const db::Statement kList;
extern const db::Statement kStillGood;
extern const db::Statement kRevoke;
extern const db::Statement kWasRevoked;
extern const db::Statement kWasNamelessRevoked;
extern const db::Statement kEndAll;

}  // namespace gatehouse::api_keys
