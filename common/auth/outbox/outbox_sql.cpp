// SPDX-License-Identifier: Apache-2.0
#include "auth/outbox/outbox_sql.h"

namespace gatehouse::outbox {

using db::Kind;
using db::Statement;

// Its own record, like a counter: what it is about is on record in the same unit.
const Statement kPost(Kind::counter, "outbox.post",
                      "INSERT INTO gh_outbox (id, kind, user_id, recipient, addressee, letter, state, created_at,"
                      " due_at, ended_at) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM DUAL WHERE"
                      " (SELECT COUNT(*) FROM gh_outbox o WHERE o.addressee = ? AND o.created_at > ?) < ?");

}  // namespace gatehouse::outbox
