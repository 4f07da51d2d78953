// SPDX-License-Identifier: Apache-2.0
#include "auth/api_keys/api_keys.h"

#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "List one's own API keys, without the keys themselves.",
    .access = Access::user().with_scopes({Scope::profile_read}),
    .limit = Limit::general,
    .answers = {{200, api_keys::kKey, Count::many}},
};

Result<Response> list(Context& c) {
  return Response::json_array(200, api_keys::kKey, api_keys::list(c, c.principal()));
}

}  // namespace

extern const Endpoint api_keys{"/api/v1/api-keys", {{kPolicy, list}}};
}  // namespace gatehouse::handlers
