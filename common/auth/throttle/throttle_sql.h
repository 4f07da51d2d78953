// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::throttle {

extern const db::Statement kLookUp;
extern const db::Statement kCountFailure;
extern const db::Statement kFailures;
extern const db::Statement kForget;
extern const db::Statement kForgetAll;
extern const db::Statement kForgetAddresses;
extern const db::Statement kRemember;

}  // namespace gatehouse::throttle
