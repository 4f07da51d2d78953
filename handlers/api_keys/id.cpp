// SPDX-License-Identifier: Apache-2.0
#include "auth/api_keys/api_keys.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Delete,
    .promise = "Revoke one of one's own API keys.",
    .access = Access::user().with_scopes({Scope::profile_write}),
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::api_key_revoked},
};

constexpr TextRule kId{.least = 1, .most = 64, .meaning = "as the list of API keys gives it"};

struct Path {
  std::string id;
};
Path read(Input& in) { return {.id = in.text("id", kId)}; }

Result<Response> revoke(Context& c, const Path& path) {
  const auto id = KeyId::from_text(path.id);
  if (!id) return Refusal{Reason::not_found, "there is no such API key"};
  const auto done = api_keys::revoke(c, c.principal(), *id);
  if (!done) return done.refusal();
  return Response::json(200, kMessage, {"the API key is revoked"});
}

}  // namespace

extern const Endpoint api_keys_id{"/api/v1/api-keys/{id}", {{kPolicy, read, revoke}}};
}  // namespace gatehouse::handlers
