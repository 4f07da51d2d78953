// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::sweep {

extern const db::Statement kSessions;
extern const db::Statement kRevokedTokens;
extern const db::Statement kThrottle;
extern const db::Statement kKnownAddresses;
extern const db::Statement kAllowances;
extern const db::Statement kApiKeys;
extern const db::Statement kAuditCounts;
extern const db::Statement kLoginSteps;
extern const db::Statement kGuardCodes;
extern const db::Statement kGuardCookies;
extern const db::Statement kMail;
extern const db::Statement kDeadMail;
extern const db::Statement kEmailTokens;
extern const db::Statement kRecoveryTokens;
extern const db::Statement kKeySecrets;
extern const db::Statement kSessionsPage;
extern const db::Statement kBlankSessions;

}  // namespace gatehouse::sweep
