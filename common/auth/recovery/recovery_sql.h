// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::recovery {

extern const db::Statement kAccountByEmail;
extern const db::Statement kIsPerson;
extern const db::Statement kOwner;
extern const db::Statement kSupersede;
extern const db::Statement kSupersedeRecovery;
extern const db::Statement kPut;
extern const db::Statement kPutRecovery;
extern const db::Statement kRecentChanges;
extern const db::Statement kIsReserved;

extern const db::Statement kFind;
extern const db::Statement kFindRecovery;
extern const db::Statement kHold;
extern const db::Statement kConsume;
extern const db::Statement kConsumeRecovery;
extern const db::Statement kWasConsumed;
extern const db::Statement kWasConsumedRecovery;
extern const db::Statement kEndTokens;
extern const db::Statement kEndResets;
extern const db::Statement kEndRecoverySince;
extern const db::Statement kRemoveTokens;
extern const db::Statement kRemoveRecovery;

extern const db::Statement kPasswordHash;
extern const db::Statement kSetPassword;
extern const db::Statement kFirstPassword;
extern const db::Statement kForgetPassword;
extern const db::Statement kSetVerified;
extern const db::Statement kSetEmail;
extern const db::Statement kRemoveTotp;
extern const db::Statement kRemoveRecoveryCodes;

}  // namespace gatehouse::recovery
