// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::users {

extern const db::Statement kWhoHas;
extern const db::Statement kInsertUser;
extern const db::Statement kSetRole;
extern const db::Statement kSetService;
extern const db::Statement kSetVerified;
extern const db::Statement kSetFirstId;
extern const db::Statement kFindByBirth;
extern const db::Statement kInsertPassword;
extern const db::Statement kReplacePassword;
extern const db::Statement kHold;
extern const db::Statement kAnotherSuperAdmin;
extern const db::Statement kCredentialsByName;
extern const db::Statement kCredentialsByEmail;

}  // namespace gatehouse::users
