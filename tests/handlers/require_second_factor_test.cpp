// SPDX-License-Identifier: Apache-2.0
#include "support/factor_world.h"

namespace gatehouse::test {
namespace {

// REQUIRE_SECOND_FACTOR_FOR: ada, 2, is an admin without a factor; ann, 1, a user with one.
class RequireSecondFactor : public FactorWorld {
 protected:
  RequireSecondFactor() {
    add_user({.username = "ada", .role = "admin"});
    set("REQUIRE_SECOND_FACTOR_FOR", "admin");
  }
  Answer list(const std::string& token) { return get("admin_users", bearer(token)); }

  static constexpr const char* kOfUser = "profile:read profile:write posts:read posts:write";
  static constexpr const char* kStepUp =
      R"(Bearer realm="gatehouse", error="insufficient_user_authentication", acr_values="aal2")";
};

TEST_F(RequireSecondFactor, ByThePasswordAloneAnAdminIsAUser) {
  const Answer login = log_in("ada");
  EXPECT_EQ(login.text("scope"), kOfUser);
  const std::string token = login.text("access_token");
  EXPECT_EQ(claims_of(token).string_of("role"), "user") << "programs that verify offline believe it";
  const Answer refused = list(token);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.header("WWW-Authenticate"), kStepUp);
  EXPECT_EQ(refused.text("type"), "urn:gatehouse:problem:step-up-required");
  EXPECT_EQ(get("users_me", bearer(token)).text("role"), "admin") << "what they are is not hidden from them";
  EXPECT_EQ(post("api_keys_generate", json_object({{"scopes", "admin"}}).bearing(token)).status, 403);
}

TEST_F(RequireSecondFactor, TheyCanEnrollOneAndHaveTheirPowerWithTheNextToken) {
  const Answer login = log_in("ada");
  const std::string token = login.text("access_token");
  EXPECT_EQ(post("auth_totp_enroll", bearer(token)).status, 200);
  sql("DELETE FROM gh_totp WHERE user_id = 2");
  give_factor(2, "NULL", std::to_string(to_millis(clock.now())));
  EXPECT_EQ(post("auth_totp_confirm", json_object({{"code", code()}}).bearing(token)).status, 200);
  EXPECT_EQ(list(token).status, 403) << "this token was minted with less";
  const Answer next = post("auth_refresh", json_object({{"refresh_token", login.text("refresh_token")}}));
  EXPECT_EQ(list(next.text("access_token")).status, 200) << next.body;
  EXPECT_EQ(claims_of(next.text("access_token")).string_of("role"), "admin");
}

TEST_F(RequireSecondFactor, PowerByAGroupTakesItToo) {
  add_user({.username = "carl"});
  sql("INSERT INTO gh_groups (id, birth, name, created_at) VALUES (1, 'b', 'staff', 0), (2, 'c', 'readers', 0)");
  sql("INSERT INTO gh_group_rights VALUES (1, 'permission', 'read:all_users'), (1, 'permission', 'manage:roles'),"
      " (1, 'scope', 'users:read'), (1, 'scope', 'admin'), (2, 'scope', 'site:wiki')");
  sql("INSERT INTO gh_group_members VALUES (3, 1, 0)");
  EXPECT_EQ(log_in("carl").text("scope"), kOfUser);
  sql("UPDATE gh_group_members SET group_id = 2");
  clock.advance(seconds(2));
  EXPECT_EQ(log_in("carl", {{"scope", "profile:read site:wiki"}}).text("scope"), "profile:read site:wiki");
}

TEST_F(RequireSecondFactor, WithTheFactorNothingIsCut) {
  give_factor(2);
  const Answer login = post("auth_token", form({{"username", "ada"}, {"password", kPassword}, {"otp", code()}}));
  EXPECT_EQ(list(login.text("access_token")).status, 200) << login.body;
  EXPECT_EQ(claims_of(login.text("access_token")).string_of("role"), "admin");
}

TEST_F(RequireSecondFactor, ASessionAndAKeyFromBeforeItWasDemandedAreCutToo) {
  set("REQUIRE_SECOND_FACTOR_FOR", "");
  const Answer login = log_in("ada");
  const std::string token = login.text("access_token");
  const std::string key = api_key("ada", {{"scopes", "users:read"}});
  EXPECT_EQ(list(token).status, 200);
  EXPECT_EQ(get("admin_users", with_key(key)).status, 200);
  set("REQUIRE_SECOND_FACTOR_FOR", "admin");
  EXPECT_EQ(list(token).header("WWW-Authenticate"), kStepUp);
  EXPECT_EQ(get("admin_users", with_key(key)).header("WWW-Authenticate"), kStepUp);
  const Answer next = post("auth_refresh", json_object({{"refresh_token", login.text("refresh_token")}}));
  EXPECT_EQ(next.text("scope"), kOfUser);
}

TEST_F(RequireSecondFactor, AKeyThatWasMadeWithTheFactorKeepsItsPower) {
  give_factor(2);
  const std::string token =
      post("auth_token", form({{"username", "ada"}, {"password", kPassword}, {"otp", code()}})).text("access_token");
  const std::string key =
      post("api_keys_generate", json_object({{"scopes", "users:read"}}).bearing(token)).text("api_key");
  EXPECT_EQ(get("admin_users", with_key(key)).status, 200);
}

TEST_F(RequireSecondFactor, WhoIsBelowTheRoleIsAskedForNothing) {
  add_user({.username = "max", .role = "moderator"});
  EXPECT_EQ(list(access_token("max")).status, 200);
  set("REQUIRE_SECOND_FACTOR_FOR", "moderator");
  EXPECT_EQ(list(access_token("max")).status, 401);
  EXPECT_EQ(list(access_token("ada")).status, 401) << "whoever is above it is";
}

TEST_F(RequireSecondFactor, ARoleThatIsNoneAsksItOfAllAboveUsers) {
  add_user({.username = "max", .role = "moderator"});
  set("REQUIRE_SECOND_FACTOR_FOR", "no_such_role");
  EXPECT_EQ(list(access_token("max")).status, 401);
  EXPECT_EQ(list(access_token("ada")).status, 401);
}

TEST_F(RequireSecondFactor, GroupsGiveNothingEither) {
  sql("INSERT INTO gh_groups (id, birth, name, created_at) VALUES (5, REPEAT('g', 16), 'devs', 0)");
  sql("INSERT INTO gh_group_members VALUES (2, 5, 0)");
  const std::string token = access_token("ada", {{"scope", "profile:read"}});
  EXPECT_EQ(to_text(*claims_of(token).find("groups")), "[]");
  const std::string cookie = enter("wiki", sign_in("ada"));
  EXPECT_EQ(send("guard", with_cookie(to("wiki", "/pages"), cookie)).status, 200);
  EXPECT_EQ(send("guard", with_cookie(to("wiki", "/devs"), cookie)).status, 403);
  EXPECT_EQ(send("guard", with_cookie(to("wiki", "/mods"), cookie)).status, 403);
  EXPECT_EQ(send("guard", with_cookie(to("wiki", "/pages"), cookie)).header("Variable-AUTH_ROLE"), "user");
}

}  // namespace
}  // namespace gatehouse::test
