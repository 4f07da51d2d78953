// SPDX-License-Identifier: Apache-2.0
#include "auth/readiness/readiness.h"

#include "auth/readiness/readiness_sql.h"

namespace gatehouse::readiness {

Result<Done> check(const Occasion& occasion) {
  db::Rows row = occasion.database().query(kIsReadOnly);
  if (!row.next() || row.boolean(0)) {
    return Refusal{.reason = Reason::unavailable, .detail = "the database is read-only", .retry_after = seconds(5)};
  }
  return Done{};
}

}  // namespace gatehouse::readiness
