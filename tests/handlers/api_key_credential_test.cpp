// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

// X-API-Key, wherever a policy takes keys.
class ApiKeyCredential : public World {
 protected:
  Answer me(const std::string& key) { return get("users_me", with_key(key)); }
  Answer all_posts(const std::string& key) { return get("posts_admin_all", with_key(key)); }
};

TEST_F(ApiKeyCredential, OpensWhatItsOwnerMayByOneQuery) {
  add_user();
  const std::string key = api_key();
  EXPECT_EQ(me(key).text("username"), "ann");
  EXPECT_EQ(changes(), "gh_allowances +1, gh_api_keys ~1");
  EXPECT_EQ(me(key).status, 200);
  EXPECT_EQ(head().statements, std::vector<std::string>{"api_keys.by_hash"});
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(ApiKeyCredential, WithATypoItIsRefusedWithoutAQuery) {
  add_user();
  std::string key = api_key();
  me(key);
  for (char& c : {std::ref(key[5]), std::ref(key.back())}) {
    const char right = c;
    c = right == 'x' ? 'y' : 'x';
    const Answer answer = me(key);
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.header("WWW-Authenticate"),
              "Bearer realm=\"gatehouse\", error=\"invalid_token\", error_description=\"invalid\"");
    EXPECT_EQ(head().statements, std::vector<std::string>{});
    c = right;
  }
  EXPECT_EQ(me(key).status, 200);
}

TEST_F(ApiKeyCredential, AKeyThatNobodyMadeIsRefused) {
  add_user();
  const std::string key = api_key();
  sql("DELETE FROM gh_api_keys");
  EXPECT_EQ(me(key).status, 401);
  for (const char* garbage : {"x", "gh_", " ", "\xff", "0", "null", "' OR 1=1 -- "}) {
    EXPECT_EQ(me(garbage).status, 401) << garbage;
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(ApiKeyCredential, ItDiesInTheMomentThatItExpires) {
  add_user();
  const std::string key = api_key("ann", {{"name", "backup"}});
  sql("UPDATE gh_api_keys SET expires_at = created_at + 60000");
  clock.advance(milliseconds(59'999));
  EXPECT_EQ(me(key).status, 200);
  clock.advance(milliseconds(1));
  const Answer answer = me(key);
  EXPECT_EQ(answer.status, 401);
  EXPECT_NE(answer.header("WWW-Authenticate").find("expired"), std::string::npos);
}

TEST_F(ApiKeyCredential, ADeactivatedOwnersKeyIsForbiddenAtOnce) {
  add_user();
  const std::string key = api_key();
  EXPECT_EQ(me(key).status, 200);
  sql("UPDATE gh_users SET is_active = 0");
  EXPECT_EQ(me(key).status, 403);
  EXPECT_EQ(changes(), "nothing");
  sql("UPDATE gh_users SET is_active = 1");
  EXPECT_EQ(me(key).status, 200);
}

TEST_F(ApiKeyCredential, WhoDeactivatesThemselvesEndsTheirKeysForGood) {
  add_user();
  const std::string key = api_key();
  EXPECT_EQ(send("users_me", bearer(access_token()).by("DELETE")).status, 200);
  EXPECT_EQ(me(key).status, 401);
  sql("UPDATE gh_users SET is_active = 1");
  EXPECT_EQ(me(key).status, 401);
}

TEST_F(ApiKeyCredential, ItsUseIsNotedAtMostOnceAMinute) {
  add_user();
  const std::string key = api_key();
  const auto used = [&] { return value("SELECT last_used_at FROM gh_api_keys"); };
  const std::string first = std::to_string(to_millis(clock.now()));
  me(key);
  EXPECT_EQ(used(), first);
  clock.advance(seconds(60));
  me(key);
  EXPECT_EQ(used(), first);
  clock.advance(milliseconds(1));
  me(key);
  EXPECT_EQ(used(), std::to_string(to_millis(clock.now())));
}

TEST_F(ApiKeyCredential, ARefusedUseIsNotNoted) {
  add_user();
  const std::string key = api_key("ann", {{"scopes", "posts:read"}});
  EXPECT_EQ(me(key).status, 403);
  EXPECT_EQ(value("SELECT last_used_at FROM gh_api_keys"), "NULL");
}

TEST_F(ApiKeyCredential, WithoutTheScopeItIsForbiddenAndThatIsOnRecord) {
  add_user();
  const std::string key = api_key("ann", {{"scopes", "posts:read"}});
  const Answer answer = me(key);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.header("WWW-Authenticate"),
            "Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"profile:read\"");
  EXPECT_EQ(audit(), "unauthorized_access user=1 key address=10.0.0.1 \"users_me: needs scope profile:read\"\n");
}

TEST_F(ApiKeyCredential, ADemotedOwnersKeyLosesWhatTheRoleLacksAndGetsItBackWithTheRole) {
  add_user({.role = "admin"});
  const std::string key = api_key();
  EXPECT_EQ(all_posts(key).status, 200);
  sql("UPDATE gh_users SET role = 'user'");
  EXPECT_EQ(all_posts(key).status, 403);
  EXPECT_EQ(me(key).status, 200) << "what is left is good";
  sql("UPDATE gh_users SET role = 'no such role'");
  EXPECT_EQ(me(key).status, 401) << "a role that is unknown grants nothing";
  sql("UPDATE gh_users SET role = 'admin'");
  EXPECT_EQ(all_posts(key).status, 200);
}

TEST_F(ApiKeyCredential, ItNeverGrowsWithItsOwner) {
  add_user();
  const std::string key = api_key();
  sql("UPDATE gh_users SET role = 'super_admin'");
  EXPECT_EQ(all_posts(key).status, 403);
}

TEST_F(ApiKeyCredential, WhatARoleMayNotBeGrantedAnyMoreIsGoneWithinASecond) {
  add_user();
  const std::string key = api_key();
  EXPECT_EQ(me(key).status, 200);
  sql("DELETE FROM gh_role_rights WHERE role = 'user' AND word = 'profile:read'");
  clock.advance(seconds(1));
  EXPECT_EQ(me(key).status, 403);
}

TEST_F(ApiKeyCredential, OfTwoCredentialsBothMustBeGoodAndTheTokenIsTheName) {
  add_user();
  add_user({.username = "eve"});
  const std::string key = api_key("eve");
  const std::string token = access_token("ann");
  EXPECT_EQ(get("users_me", bearer(token).keyed(key)).text("username"), "ann");
  EXPECT_EQ(get("users_me", bearer(token).keyed("x")).status, 401);
  EXPECT_EQ(get("users_me", bearer("x").keyed(key)).status, 401);
  EXPECT_EQ(get("users_me", with_key(key).with("Authorization", "Basic YTpi")).status, 401);
  EXPECT_EQ(get("users_me", with_key(key).with("Cookie", "__Host-access_token=" + token)).text("username"), "eve")
      << "what was sent on purpose comes before what a browser sends by itself";
}

TEST_F(ApiKeyCredential, WhereOnlyAPersonMayItIsNobody) {
  add_user();
  const std::string key = api_key();
  const Answer answer = send("users_me", json_object({{"full_name", "Eve"}}).keyed(key).by("PUT"));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(get("sessions", with_key(key)).status, 401);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(ApiKeyCredential, AServiceUserActsByItAlone) {
  add_user({.username = "robot"});
  const std::string key = api_key("robot");
  sql("UPDATE gh_users SET is_service = 1");
  sql("DELETE FROM gh_passwords");
  EXPECT_EQ(me(key).text("username"), "robot");
  EXPECT_EQ(post("auth_token", form({{"username", "robot"}, {"password", kPassword}})).status, 401);
}

}  // namespace
}  // namespace gatehouse::test
