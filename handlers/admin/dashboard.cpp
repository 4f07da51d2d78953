// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/dashboard.h"

#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "How many users there are, of each role, and what went on in the last 24 hours.",
    .access = Access::user_or_key().with_permissions({Permission::view_audit_log}).with_scopes({Scope::admin}),
    .limit = Limit::general,
    .answers = {{200, administration::kDashboard}},
};

Result<Response> look(Context& c) {
  return Response::json(200, administration::kDashboard, administration::look_at_dashboard(c));
}

}  // namespace

extern const Endpoint admin_dashboard{"/api/v1/admin/dashboard", {{kPolicy, look}}};
}  // namespace gatehouse::handlers
