// SPDX-License-Identifier: Apache-2.0
#include "endpoint/health.h"

#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "Say that the service answers, without touching the database.",
    .access = Access::anonymous("a load balancer has no account"),
    .limit = Limit::health,
    .answers = {{200, kHealth}},
    .noise = Noise::boring,
    .hosts = Hosts::any,
};

Result<Response> answer(Context&) { return Response::json(200, kHealth, {"healthy"}); }

}  // namespace

extern const Endpoint health{"/health", {{kPolicy, answer}}};
}  // namespace gatehouse::handlers
