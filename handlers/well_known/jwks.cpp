// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/key_set.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Document kKeySet{"application/jwk-set+json", "JSON Web Key Set (RFC 7517): public keys only"};

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "Publish the public keys that verify our tokens.",
    .access = Access::anonymous("public keys are public"),
    .limit = Limit::general,
    .answers = {{200, kKeySet}},
    .cacheable = keys::kKeySetMaxAge,
};

Result<Response> publish(Context& c) { return Response::document(kKeySet.content_type, keys::key_set(c)); }

}  // namespace

extern const Endpoint well_known_jwks{"/.well-known/jwks.json", {{kPolicy, publish}}};
}  // namespace gatehouse::handlers
