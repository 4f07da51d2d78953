// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "auth/guard/guard.h"
#include "auth/process.h"
#include "http/request.h"
#include "http/response.h"

namespace gatehouse {

// What the guard says, and what its log line tells of it.
struct Guarded {
  http::Response response;
  std::optional<UserId> user;
  std::string why;  // "wiki, line 12: the rule names others"
};

// Whether this request may pass. The answer is a 200 with a decision and an identity, or a refusal that is marked as
// the guard's; whatever the FastCGI role, since some front servers ask as if it were a page (GATEHOUSE_GUARD in
// handlers/guard.cpp). Throws where it can't tell: that is a refusal too.
Guarded stand_guard(const Occasion& occasion, const http::Request& request);

// The mark of a refusal, without which a front server may take an answer for something else.
inline constexpr const char* kGuardMark = "X-Gatehouse-Guard";

}  // namespace gatehouse
