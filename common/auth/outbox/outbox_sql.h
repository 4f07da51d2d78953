// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "db/statement.h"

namespace gatehouse::outbox {

extern const db::Statement kPost;

}  // namespace gatehouse::outbox
