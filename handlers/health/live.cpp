// SPDX-License-Identifier: Apache-2.0
#include "endpoint/endpoint.h"
#include "endpoint/health.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "Say that this process lives, without touching the database.",
    .access = Access::anonymous("a supervisor has no account"),
    .limit = Limit::health,
    .answers = {{200, kHealth}},
    .noise = Noise::boring,
    .hosts = Hosts::any,
};

Result<Response> answer(Context&) { return Response::json(200, kHealth, {"healthy"}); }

}  // namespace

extern const Endpoint health_live{"/health/live", {{kPolicy, answer}}};
}  // namespace gatehouse::handlers
