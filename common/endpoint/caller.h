// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "auth/allowances/allowances.h"
#include "auth/principal/principal.h"
#include "endpoint/context.h"
#include "endpoint/policy.h"
#include "http/request.h"

namespace gatehouse {

// Who is calling, and what is left of what they may call in this window.
struct Caller {
  std::optional<Principal> principal{};
  std::optional<allowances::Allowance> allowance{};
};

// Authenticates, counts and authorises, as the policy demands; fills in `caller` as far as it comes.
Result<Done> admit(const Context& context, const http::Request& request, const Policy& policy, Caller& caller);

// Somebody known was told no (403, 429): they may be trying what else there is.
void put_on_record(const Occasion& occasion, const Caller& caller, const Refusal& refusal);

}  // namespace gatehouse
