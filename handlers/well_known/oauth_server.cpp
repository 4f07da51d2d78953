// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/key_set.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Document kMetadata{"application/json", "authorization server metadata (RFC 8414)"};

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "Tell gateways whose tokens these are and where the keys that verify them lie.",
    .access = Access::anonymous("metadata is public"),
    .limit = Limit::general,
    .answers = {{200, kMetadata}},
    .cacheable = minutes(5),
};

Result<Response> publish(Context& c) { return Response::document(kMetadata.content_type, keys::server_metadata(c)); }

}  // namespace

extern const Endpoint well_known_oauth_server{
    "/.well-known/oauth-authorization-server", "well_known_oauth_server", {{kPolicy, publish}}};
}  // namespace gatehouse::handlers
