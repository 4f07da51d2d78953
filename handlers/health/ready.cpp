// SPDX-License-Identifier: Apache-2.0
#include "auth/readiness/readiness.h"
#include "endpoint/endpoint.h"
#include "endpoint/health.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise =
        "Say whether requests can be served: the database is there, takes writes and has a schema this build knows.",
    .access = Access::anonymous("a load balancer has no account"),
    .limit = Limit::health,
    .answers = {{200, kHealth}},
    .noise = Noise::boring,
    .hosts = Hosts::any,
};

Result<Response> answer(Context& c) {
  const auto ready = readiness::check(c);
  if (!ready) return ready.refusal();
  return Response::json(200, kHealth, {"healthy"});
}

}  // namespace

extern const Endpoint health_ready{"/health/ready", {{kPolicy, answer}}};
}  // namespace gatehouse::handlers
