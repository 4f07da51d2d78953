// SPDX-License-Identifier: Apache-2.0
#include "support/jwt.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

class AdminGroups : public World {
 protected:
  Call make(const Fields& fields) { return json_object(fields).bearing(access_token()); }
};

TEST_F(AdminGroups, AreMadeInLowerCaseAndListedByName) {
  add_user({.role = "admin"});
  const Call call =
      make({{"name", "Editors"}, {"permissions", "update:any_post read:all_users"}, {"scopes", "posts:delete"}});
  changes();
  const Answer made = post("admin_groups", call);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body,
            R"({"id":1,"name":"editors","permissions":["update:any_post","read:all_users"],"scopes":["posts:delete"],)"
            R"("created_at":"2026-03-01T12:00:00.250Z"})");
  EXPECT_EQ(audit(),
            "group_created by=1 session address=10.0.0.1 \"editors: update:any_post read:all_users posts:delete\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_group_rights +3, gh_groups +1");
  EXPECT_EQ(post("admin_groups", make({{"name", "admins-2"}})).status, 201);
  const Answer list = get("admin_groups", bearer(access_token()));
  ASSERT_EQ(list.json.items.size(), 2U);
  EXPECT_EQ(list.json.items[0].string_of("name"), "admins-2");
  EXPECT_NE(list.body.find(made.body), std::string::npos);
  EXPECT_EQ(list.header("Link"), "");
}

TEST_F(AdminGroups, AreListedInPages) {
  add_user({.role = "admin"});
  for (const char* name : {"cc", "aa", "bb"}) post("admin_groups", make({{"name", name}}));
  const std::string token = access_token();
  const Answer first = get("admin_groups", bearer(token).at("/api/v1/admin/groups?limit=2"));
  EXPECT_EQ(first.json.items.size(), 2U);
  EXPECT_EQ(first.header("Link"), "</api/v1/admin/groups?after=bb&limit=2>; rel=\"next\"");
  const Answer second = get("admin_groups", bearer(token).at("/api/v1/admin/groups?after=BB&limit=2"));
  ASSERT_EQ(second.json.items.size(), 1U);
  EXPECT_EQ(second.json.items[0].string_of("name"), "cc");
  EXPECT_EQ(second.header("Link"), "");
  EXPECT_EQ(get("admin_groups", bearer(token).at("/api/v1/admin/groups?limit=3")).header("Link"), "");
  for (const char* limit : {"0", "101", "x"}) {
    EXPECT_EQ(get("admin_groups", bearer(token).at(std::string("/api/v1/admin/groups?limit=") + limit)).wrong_fields(),
              "limit");
  }
}

TEST_F(AdminGroups, ANameIsTakenInAnyCase) {
  add_user({.role = "admin"});
  EXPECT_EQ(post("admin_groups", make({{"name", "editors"}})).status, 201);
  const Call again = make({{"name", "EDITORS"}});
  changes();
  EXPECT_EQ(post("admin_groups", again).status, 409);
  EXPECT_EQ(changes(), "nothing");
}

// The list of a person's groups is apart by commas wherever it is read.
TEST_F(AdminGroups, ANameHasNoCommaAndNothingElseThatTakesAListApart) {
  add_user({.role = "admin"});
  for (const char* name : {"a,b", "a b", "a.b", "a\"b", "a\nb", "\xc3\xa4\xc3\xa4", "a", "", "a\\b"}) {
    EXPECT_EQ(post("admin_groups", make({{"name", name}})).wrong_fields(), "name") << name;
  }
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_groups"), "0");
}

TEST_F(AdminGroups, AWordThatNobodyKnowsIsNamed) {
  add_user({.role = "admin"});
  const Answer permission = post("admin_groups", make({{"name", "aa"}, {"permissions", "read:post fly"}}));
  EXPECT_EQ(permission.wrong_fields(), "permissions");
  EXPECT_NE(permission.body.find("knows no 'fly'"), std::string::npos) << permission.body;
  EXPECT_EQ(post("admin_groups", make({{"name", "aa"}, {"scopes", "read:post"}})).wrong_fields(), "scopes");
}

TEST_F(AdminGroups, GiveNothingThatTheirMakerDoesNotHave) {
  add_user({.role = "admin"});
  const Answer answer =
      post("admin_groups", make({{"name", "aa"}, {"permissions", "manage:system read:post"}, {"scopes", "admin"}}));
  EXPECT_EQ(answer.status, 403);
  EXPECT_NE(answer.detail().find("manage:system"), std::string::npos) << answer.detail();
  EXPECT_EQ(answer.detail().find("read:post"), std::string::npos) << "only what is missing";
  // What the login lacks is lacking too, whatever the role has.
  const std::string narrow = access_token("ann", {{"scope", "admin"}});
  const Answer scope =
      post("admin_groups", json_object({{"name", "aa"}, {"scopes", "admin posts:delete"}}).bearing(narrow));
  EXPECT_EQ(scope.status, 403);
  EXPECT_NE(scope.detail().find("posts:delete"), std::string::npos) << scope.detail();
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_groups"), "0");
}

TEST_F(AdminGroups, NeedThePermissionAndTheScope) {
  add_user({.role = "admin"});
  add_user({.username = "mod", .role = "moderator"});
  sql("INSERT INTO gh_role_rights VALUES ('moderator', 'scope', 'admin')");
  clock.advance(seconds(2));
  const Answer permission = get("admin_groups", bearer(access_token("mod")));
  EXPECT_EQ(permission.status, 403);
  EXPECT_EQ(permission.detail(), "needs permission manage:roles");
  const Answer scope = get("admin_groups", bearer(access_token("ann", {{"scope", "profile:read"}})));
  EXPECT_EQ(scope.status, 403);
  EXPECT_EQ(scope.detail(), "needs scope admin");
}

TEST_F(AdminGroups, AKeyReadsAndDoesNotWrite) {
  add_user({.role = "admin"});
  const std::string key = api_key();
  EXPECT_EQ(get("admin_groups", with_key(key)).status, 200);
  EXPECT_EQ(post("admin_groups", json_object({{"name", "editors"}}).keyed(key)).status, 401);
}

}  // namespace
}  // namespace gatehouse::test
