// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::readiness {

extern const db::Statement kIsReadOnly;

}  // namespace gatehouse::readiness
