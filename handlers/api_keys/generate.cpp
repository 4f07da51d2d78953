// SPDX-License-Identifier: Apache-2.0
#include "auth/api_keys/api_keys.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "Make an API key for oneself. It is shown once; without a name it takes the place of the nameless one.",
    .access = Access::user().with_scopes({Scope::profile_write}).with_fresh_login(minutes(10)),
    .limit = Limit::general,
    .user_limit = Rate{30, hours(1)},
    .accepts = Accepts::optional_json,
    .answers = {{200, api_keys::kNewKey}},
    .audits = {Event::api_key_generated, Event::api_key_revoked},
};

constexpr TextRule kScopes{.least = 1, .most = 255, .meaning = "left out: all that one's own login has"};
constexpr http::IntegerRule kDays{.least = 1, .most = 3650, .meaning = "left out: it does not expire"};
constexpr http::IntegerRule kRate{.least = 1, .most = 1'000'000, .meaning = "left out: 60"};

api_keys::Wanted read(Input& in) {
  return {.name = in.optional_text("name", api_keys::kName),
          .scopes = in.optional_words("scopes", kScopes),
          .expires_in_days = in.optional_integer("expires_in_days", kDays),
          .requests_per_minute = in.optional_integer("requests_per_minute", kRate).value_or(60)};
}

Result<Response> generate(Context& c, const api_keys::Wanted& wanted) {
  const auto key = api_keys::generate(c, c.principal(), wanted);
  if (!key) return key.refusal();
  return Response::json(200, api_keys::kNewKey, *key);
}

}  // namespace

extern const Endpoint api_keys_generate{"/api/v1/api-keys/generate", {{kPolicy, read, generate}}};
}  // namespace gatehouse::handlers
