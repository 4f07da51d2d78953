// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class PostsAdminAll : public World {};

TEST_F(PostsAdminAll, ShowsAnAdministratorAllThatTheOwnersSee) {
  add_user();
  add_user({.username = "eve", .role = "admin"});
  for (const char* title : {"a", "b", "c"}) {
    post("posts", json_object({{"title", title}, {"body", "x"}}).bearing(access_token("ann")));
  }
  const std::string token = access_token("eve");
  const Answer answer = get("posts_admin_all", bearer(token).at("/api/v1/posts/admin/all?limit=2"));
  EXPECT_EQ(answer.status, 200);
  ASSERT_EQ(answer.json.items.size(), 2U);
  for (const json::Value& each : answer.json.items) EXPECT_NE(each.string_of("edit_url"), "");
  EXPECT_EQ(answer.header("Link"), "<https://auth.example.com/api/v1/posts/admin/all?limit=2&cursor=2>; rel=\"next\"");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(PostsAdminAll, NeedsTheScopeAndTheRole) {
  add_user({.role = "admin"});
  add_user({.username = "eve", .role = "moderator"});
  EXPECT_EQ(get("posts_admin_all").status, 401);
  EXPECT_EQ(get("posts_admin_all").header("WWW-Authenticate"), "Bearer realm=\"gatehouse\", scope=\"admin\"");
  EXPECT_EQ(get("posts_admin_all", bearer(access_token("ann", {{"scope", "posts:read"}}))).status, 403);
  EXPECT_EQ(get("posts_admin_all", bearer(access_token("eve"))).detail(), "needs role admin");
  EXPECT_EQ(get("posts_admin_all", with_key(api_key("ann", {{"scopes", "admin"}}))).status, 200);
}

}  // namespace
}  // namespace gatehouse::test
