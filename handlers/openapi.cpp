// SPDX-License-Identifier: Apache-2.0
#include "auth/site/site.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Document kDescription{"application/json", "OpenAPI 3.1, made from the executables in service"};

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "Describe the API.",
    .access = Access::anonymous("a description is public"),
    .limit = Limit::general,
    .answers = {{200, kDescription}},
    .cacheable = minutes(1),
};

Result<Response> describe_api(Context& c) {
  auto text = site::read_description(c);
  if (!text) return text.refusal();
  return Response::document(kDescription.content_type, std::move(*text));
}

}  // namespace

extern const Endpoint openapi{"/openapi.json", {{kPolicy, describe_api}}};
}  // namespace gatehouse::handlers
