// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::accounts {

extern const db::Statement kChangeProfile;
extern const db::Statement kProfileVersion;
extern const db::Statement kPasswordHash;
extern const db::Statement kChangePassword;
extern const db::Statement kDeactivate;

}  // namespace gatehouse::accounts
