// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::sessions {

extern const db::Statement kAdmit;
extern const db::Statement kInsertSession;
extern const db::Statement kOldestBeyond;
extern const db::Statement kInsertStep;
extern const db::Statement kTakeTry;
extern const db::Statement kFindStep;
extern const db::Statement kSpendStep;
extern const db::Statement kRenew;
extern const db::Statement kHoldLogin;
extern const db::Statement kOwnCredentials;
extern const db::Statement kNoteLogin;
extern const db::Statement kBearer;
extern const db::Statement kTouch;
extern const db::Statement kByCookie;
extern const db::Statement kKeepAlive;

extern const db::Statement kForRefresh;
extern const db::Statement kRotate;

extern const db::Statement kEnd;
extern const db::Statement kOwnerByCookie;
extern const db::Statement kEndOwn;
extern const db::Statement kWasEnded;
extern const db::Statement kEndOthers;
extern const db::Statement kEndAll;
extern const db::Statement kIsLive;
extern const db::Statement kRevokeToken;

extern const db::Statement kListLive;

}  // namespace gatehouse::sessions
