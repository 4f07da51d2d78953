// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::administration {

extern const db::Statement kPage;
extern const db::Statement kPageOfRole;
extern const db::Statement kPageOfActive;
extern const db::Statement kPageOfBoth;

extern const db::Statement kNamesEnd;
extern const db::Statement kNames;
extern const db::Statement kCountNames;
extern const db::Statement kEmailsEnd;
extern const db::Statement kEmails;
extern const db::Statement kCountEmails;

}  // namespace gatehouse::administration
