// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "auth/allowances/allowances.h"
#include "base/rate.h"

namespace gatehouse {
struct Occasion;
}

// How often one address may call (IPv6: one /64), where the front server can't count: RATE_LIMIT_STORE = mysql.
namespace gatehouse::rates {

// Takes one of the address's requests of this class. nullopt: nothing is counted here, since the front server counts,
// or the address is exempt, or the class is not for us (what a load balancer asks must be answered without a database).
std::optional<allowances::Allowance> take(const Occasion& occasion, Limit limit);

}  // namespace gatehouse::rates
