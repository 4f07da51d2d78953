// SPDX-License-Identifier: Apache-2.0
#include "auth/users/users.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "Read one's own profile.",
    .access = Access::user().with_scopes({Scope::profile_read}),
    .limit = Limit::per_address(100, minutes(1)),
    .answers = {{200, users::kUser}},
};

// The bearer check has read the user already.
Result<Response> read_profile(Context& c) { return Response::json(200, users::kUser, c.principal().user); }

}  // namespace

extern const Endpoint users_me{"/api/v1/users/me", {{kPolicy, read_profile}}};
}  // namespace gatehouse::handlers
