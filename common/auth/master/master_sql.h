// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::master {

extern const db::Statement kKeysPage;
extern const db::Statement kReplaceKey;
extern const db::Statement kSuccessorsPage;
extern const db::Statement kReplaceSuccessor;
extern const db::Statement kSeedsPage;
extern const db::Statement kReplaceSeed;
extern const db::Statement kSealedKeys;

}  // namespace gatehouse::master
