// SPDX-License-Identifier: Apache-2.0
#include "endpoint/routing.h"

#include <gtest/gtest.h>

#include "endpoint/endpoint.h"

namespace gatehouse::test {
namespace {

std::string name_for(std::string_view path) { return endpoint_for(all_endpoints(), path).name(); }

TEST(RoutingConformance, EachEndpointIsFoundByItsOwnRouteAndByItsName) {
  for (const auto& [file, endpoint] : all_endpoints()) {
    EXPECT_EQ(endpoint_named(all_endpoints(), endpoint->name()), endpoint);
    if (is_on_guarded_sites(*endpoint)) continue;
    std::string path(endpoint->route());
    for (std::size_t at; (at = path.find('{')) != std::string::npos;) path.replace(at, path.find('}') - at + 1, "7");
    EXPECT_EQ(name_for(path), endpoint->name()) << path;
    EXPECT_EQ(name_for(path + (path == "/" ? "" : "/")), endpoint->name()) << path;
  }
}

TEST(RoutingConformance, AWordIsAskedBeforeAParameter) {
  EXPECT_EQ(name_for("/api/v1/api-keys/revoke"), "api_keys_revoke");
  EXPECT_EQ(name_for("/api/v1/api-keys/revoked"), "api_keys_id");
  EXPECT_EQ(name_for("/api/v1/admin/users/me"), "admin_users_id");
}

TEST(RoutingConformance, WhatNoneServesIsTheRoots) {
  for (const char* path : {"", "/", "//", "/nothing", "/api/v1/users", "/api/v1/users/me/x", "/HEALTH", "/health%2f",
                           "/*", "/.gatehouse/return", "/guard", "/api/v1/admin/users/%zz"}) {
    EXPECT_EQ(name_for(path), "root") << path;
  }
}

TEST(RoutingConformance, NoNameButAnEndpointsChoosesOne) {
  for (const char* name : {"", "gatehouse_all", "gatehouse", "users_me.fcgi", "USERS_ME"}) {
    EXPECT_EQ(endpoint_named(all_endpoints(), name), nullptr) << name;
  }
}

}  // namespace
}  // namespace gatehouse::test
