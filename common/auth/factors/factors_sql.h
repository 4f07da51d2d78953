// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::factors {

extern const db::Statement kFind;
extern const db::Statement kFindRecoveryCode;
extern const db::Statement kUseStep;
extern const db::Statement kUseRecoveryCode;
extern const db::Statement kStatusOf;
extern const db::Statement kReplaceOffer;
extern const db::Statement kOffer;
extern const db::Statement kHoldSession;
extern const db::Statement kConfirm;
extern const db::Statement kStepUp;
extern const db::Statement kInsertRecoveryCode;
extern const db::Statement kHasRecoveryCode;
extern const db::Statement kForget;
extern const db::Statement kForgetRecoveryCodes;

}  // namespace gatehouse::factors
