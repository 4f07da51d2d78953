// SPDX-License-Identifier: Apache-2.0
#include "auth/api_keys/api_keys.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Delete,
    .promise = "Revoke one's nameless API key.",
    .access = Access::user().with_scopes({Scope::profile_write}),
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::api_key_revoked},
};

Result<Response> revoke(Context& c) {
  const auto done = api_keys::revoke_nameless(c, c.principal());
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the API key is revoked"});
}

}  // namespace

extern const Endpoint api_keys_revoke{"/api/v1/api-keys/revoke", {{kPolicy, revoke}}};
}  // namespace gatehouse::handlers
