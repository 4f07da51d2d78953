// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "auth/process.h"
#include "json/shape.h"

namespace gatehouse::administration {

struct Dashboard {
  std::int64_t total_users = 0;
  std::int64_t active_users = 0;
  std::int64_t inactive_users = 0;
  std::map<std::string, std::int64_t> users_by_role;
  // Of the last 24 hours, counted in steps of ten minutes: up to ten minutes more.
  std::int64_t sessions_started_24h = 0;
  std::int64_t logins_24h = 0;
  std::int64_t login_failures_24h = 0;
};

inline constexpr json::ShapeOf<Dashboard> kDashboard{
    "Dashboard",
    json::field<&Dashboard::total_users>("total_users"),
    json::field<&Dashboard::active_users>("active_users"),
    json::field<&Dashboard::inactive_users>("inactive_users"),
    json::field<&Dashboard::users_by_role>("users_by_role"),
    json::field<&Dashboard::sessions_started_24h>("sessions_started_24h"),
    json::field<&Dashboard::logins_24h>("logins_24h"),
    json::field<&Dashboard::login_failures_24h>("login_failures_24h"),
};

// From counts that are kept as things happen: it costs the same however many users there are.
Dashboard look_at_dashboard(const Occasion& occasion);

}  // namespace gatehouse::administration
