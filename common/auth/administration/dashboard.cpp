// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/dashboard.h"

#include "auth/audit/tallies.h"
#include "auth/census/census.h"

namespace gatehouse::administration {

Dashboard look_at_dashboard(const Occasion& occasion) {
  census::Totals totals = census::read(occasion);
  const audit::Tallies tallies = audit::tallies_since(occasion, occasion.now - hours(24));
  return {.total_users = totals.active + totals.inactive,
          .active_users = totals.active,
          .inactive_users = totals.inactive,
          .users_by_role = std::move(totals.by_role),
          .sessions_started_24h = tallies.logins,  // a login starts one, and nothing else does
          .logins_24h = tallies.logins,
          .login_failures_24h = tallies.login_failures};
}

}  // namespace gatehouse::administration
