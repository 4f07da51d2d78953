// SPDX-License-Identifier: Apache-2.0
#include "auth/readiness/readiness_sql.h"

namespace gatehouse::readiness {

const db::Statement kIsReadOnly(db::Kind::read, "readiness.is_read_only", "SELECT @@global.read_only");

}  // namespace gatehouse::readiness
