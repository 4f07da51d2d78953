// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::outbox {

extern const db::Statement kDue;
extern const db::Statement kClaim;
extern const db::Statement kClaimed;
extern const db::Statement kEndMail;
extern const db::Statement kPostpone;
extern const db::Statement kListed;
extern const db::Statement kRetry;
extern const db::Statement kRetryAll;
extern const db::Statement kWaiting;

}  // namespace gatehouse::outbox
