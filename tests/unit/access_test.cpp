// SPDX-License-Identifier: Apache-2.0
#include "auth/access/access.h"

#include <gtest/gtest.h>

namespace gatehouse::access {
namespace {

const Rights kWriter{{Permission::read_post, Permission::create_post}, {Scope::posts_read, Scope::posts_write}};

RoleMap map_with_a_manager() {
  RoleMap map;
  map.roles["user"] = {.place = 100, .rights = kWriter};
  map.roles["moderator"] = {.place = 200, .rights = kWriter};
  map.roles["manager"] = {.place = 250, .rights = kWriter};
  map.roles["admin"] = {.place = 300, .rights = kWriter};
  map.roles["super_admin"] = {.place = 400, .rights = kWriter};
  return map;
}

Standing standing_of(const RoleMap& map, const char* name) {
  const Role& role = map.roles.at(name);
  return {.role = name, .place = role.place, .rights = role.rights, .since_login = seconds(0)};
}

// "" or the refusal's detail.
std::string refusal(const Access& access, const Standing& standing, const RoleMap& map = map_with_a_manager()) {
  const auto allowed = authorise(access, standing, map);
  return allowed ? "" : allowed.refusal().detail;
}

TEST(Authorise, ByMinimumRoleLetsEveryHigherPlacePass) {
  const RoleMap map = map_with_a_manager();
  struct Case {
    const char* least;
    const char* role;
    bool passes;
  };
  for (const Case& each : std::initializer_list<Case>{{"user", "user", true},
                                                      {"user", "super_admin", true},
                                                      {"moderator", "user", false},
                                                      {"moderator", "moderator", true},
                                                      {"moderator", "manager", true},
                                                      {"manager", "moderator", false},
                                                      {"manager", "manager", true},
                                                      {"manager", "admin", true},
                                                      {"admin", "manager", false},
                                                      {"super_admin", "admin", false},
                                                      {"super_admin", "super_admin", true}}) {
    const Access access = Access::user().with_minimum_role(each.least);
    EXPECT_EQ(refusal(access, standing_of(map, each.role), map),
              each.passes ? "" : "needs role " + std::string(each.least))
        << each.role;
  }
}

TEST(Authorise, ByARoleThatIsInTheMapNoMoreLetsNobodyPass) {
  RoleMap map = map_with_a_manager();
  const Standing top = standing_of(map, "super_admin");
  map.roles.erase("admin");
  EXPECT_EQ(refusal(Access::user().with_minimum_role("admin"), top, map), "needs role admin");
}

TEST(Authorise, ByPlaceAndNotByName) {
  RoleMap map = map_with_a_manager();
  map.roles["moderator"].place = 350;
  EXPECT_EQ(refusal(Access::user().with_minimum_role("admin"), standing_of(map, "moderator"), map), "");
  EXPECT_EQ(refusal(Access::user().with_minimum_role("moderator"), standing_of(map, "admin"), map),
            "needs role moderator");
}

TEST(Authorise, ByAnyRoleTakesTheseAndNotTheHigherOnes) {
  const RoleMap map = map_with_a_manager();
  const Access access = Access::user().with_any_role({"moderator", "manager"});
  EXPECT_EQ(refusal(access, standing_of(map, "moderator")), "");
  EXPECT_EQ(refusal(access, standing_of(map, "manager")), "");
  EXPECT_EQ(refusal(access, standing_of(map, "admin")), "needs role moderator");
  EXPECT_EQ(refusal(access, standing_of(map, "user")), "needs role moderator");
}

TEST(Authorise, NamesThePermissionsThatAreMissingAndNoOthers) {
  const Access access =
      Access::user().with_permissions({Permission::read_post, Permission::manage_roles, Permission::view_audit_log});
  const auto refused = authorise(access, standing_of(map_with_a_manager(), "admin"), map_with_a_manager());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.refusal().reason, Reason::forbidden);
  EXPECT_EQ(refused.refusal().detail, "needs permission manage:roles view:audit_log");
  EXPECT_EQ(refused.refusal().scope, "") << "no token would help";
}

TEST(Authorise, NamesTheScopesThatAreMissingAndAllThatATokenWouldNeed) {
  const Access access = Access::user().with_scopes({Scope::posts_read, Scope::users_read, Scope::admin});
  const auto refused = authorise(access, standing_of(map_with_a_manager(), "admin"), map_with_a_manager());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.refusal().reason, Reason::insufficient_scope);
  EXPECT_EQ(refused.refusal().detail, "needs scope users:read admin");
  EXPECT_EQ(refused.refusal().scope, "posts:read users:read admin");
}

TEST(Authorise, AsksForTheRoleBeforePermissionsBeforeScopesBeforeTheLogin) {
  const RoleMap map = map_with_a_manager();
  const Access access = Access::user()
                            .with_minimum_role("admin")
                            .with_permissions({Permission::manage_roles})
                            .with_scopes({Scope::admin})
                            .with_fresh_login(minutes(10));
  Standing standing = standing_of(map, "user");
  standing.since_login = minutes(11);
  EXPECT_EQ(refusal(access, standing), "needs role admin");
  standing.place = 300;
  EXPECT_EQ(refusal(access, standing), "needs permission manage:roles");
  standing.rights.permissions = PermissionSet::all();
  EXPECT_EQ(refusal(access, standing), "needs scope admin");
  standing.rights.scopes = ScopeSet::all();
  EXPECT_EQ(refusal(access, standing), "needs a login not older than 10 minutes");
  standing.since_login = minutes(10);
  EXPECT_EQ(refusal(access, standing), "");
}

TEST(Authorise, NeverTakesAKeyForAFreshLogin) {
  const Standing key{.role = "super_admin", .place = 400, .rights = kWriter, .since_login = std::nullopt};
  EXPECT_EQ(refusal(Access::user().with_fresh_login(minutes(10)), key), "needs a login not older than 10 minutes");
}

TEST(Authorise, LetsAnybodyKnownPassWhereNothingIsDemanded) {
  EXPECT_EQ(refusal(Access::user(), Standing{.role = "user", .place = 0, .rights = {}, .since_login = {}}), "");
}

TEST(RoleMap, KnowsNoRoleThatIsNotInIt) {
  EXPECT_EQ(map_with_a_manager().find("chief"), nullptr);
  EXPECT_EQ(map_with_a_manager().find(""), nullptr);
  ASSERT_NE(map_with_a_manager().find("manager"), nullptr);
}

TEST(RoleMap, AddsWhatGroupsGiveToWhatTheRoleGives) {
  RoleMap map = map_with_a_manager();
  map.groups["editors"] = {{Permission::update_any_post}, {Scope::posts_delete}};
  map.groups["helpers"] = {{Permission::read_all_users}, {Scope::users_read}};
  const Role& user = *map.find("user");
  EXPECT_EQ(map.rights_of(user, {}), kWriter);
  EXPECT_EQ(map.rights_of(user, {"nobody-knows"}), kWriter);
  EXPECT_EQ(
      map.rights_of(user, {"editors", "helpers", "editors"}),
      (Rights{{Permission::read_post, Permission::create_post, Permission::update_any_post, Permission::read_all_users},
              {Scope::posts_read, Scope::posts_write, Scope::posts_delete, Scope::users_read}}));
}

TEST(Words, ThatNobodyKnowsAreDropped) {
  EXPECT_EQ(ScopeSet::parse("posts:read fly posts:write  PROFILE:READ posts:reads post"),
            (ScopeSet{Scope::posts_read, Scope::posts_write}));
  EXPECT_EQ(PermissionSet::parse("posts:read"), PermissionSet{}) << "a scope is no permission";
  EXPECT_EQ(PermissionSet::parse(""), PermissionSet{});
}

TEST(Words, OfEveryKindReadWhatTheyWrite) {
  EXPECT_EQ(ScopeSet::parse(ScopeSet::all().text()), ScopeSet::all());
  EXPECT_EQ(PermissionSet::parse(PermissionSet::all().text()), PermissionSet::all());
}

TEST(Rights, SayWhatIsBeyondOthers) {
  EXPECT_EQ(kWriter.beyond(kWriter), "");
  EXPECT_EQ(kWriter.beyond({{Permission::read_post}, {Scope::posts_write}}), "create:post posts:read");
  EXPECT_EQ(Rights{}.beyond({}), "");
}

TEST(Grant, IsWhatWasAskedForAndMayBeHad) {
  const ScopeSet most{Scope::posts_read, Scope::posts_write};
  EXPECT_EQ(grant(most, std::nullopt), most);
  EXPECT_EQ(grant(most, "posts:read admin"), ScopeSet{Scope::posts_read});
  EXPECT_EQ(grant(most, ""), ScopeSet{});
}

TEST(Groups, AreReadFromAListApartByCommas) {
  EXPECT_EQ(parse_groups(""), std::vector<std::string>{});
  EXPECT_EQ(parse_groups("a"), std::vector<std::string>{"a"});
  EXPECT_EQ(parse_groups("admins,editors"), (std::vector<std::string>{"admins", "editors"}));
}

}  // namespace
}  // namespace gatehouse::access
