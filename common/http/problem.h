// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "http/response.h"

namespace gatehouse::http {

inline constexpr const char* kProblemType = "application/problem+json";

// The one place where a refusal becomes a status, and the one that writes an error (RFC 9457).
Response problem(const Refusal& refusal);

int status_of(Reason reason);
std::string_view title_of(Reason reason);

}  // namespace gatehouse::http
