// SPDX-License-Identifier: Apache-2.0
#include "support/factor_world.h"

namespace gatehouse::test {
namespace {

class AuthReauthenticate : public FactorWorld {
 protected:
  AuthReauthenticate() { add_user({.username = "bob"}); }

  Answer again(const std::string& token, const Fields& fields) {
    return post("auth_reauthenticate", json_object(fields).bearing(token));
  }
  bool is_fresh(const std::string& token) { return post("auth_totp_enroll", bearer(token)).status != 401; }
};

TEST_F(AuthReauthenticate, MakesTheSameSessionFreshForTheTokenThatItHasAndTheNext) {
  const Answer login = log_in("bob");
  const std::string token = login.text("access_token");
  clock.advance(minutes(11));
  EXPECT_FALSE(is_fresh(token));
  changes();
  EXPECT_EQ(again(token, {{"password", kPassword}}).status, 200);
  EXPECT_EQ(audit(), "reauthenticated user=2 session address=10.0.0.1 \"pwd\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +1, gh_sessions ~1");
  EXPECT_TRUE(is_fresh(token));
  const std::string next =
      post("auth_refresh", json_object({{"refresh_token", login.text("refresh_token")}})).text("access_token");
  EXPECT_EQ(claims_of(next).find("auth_time")->integer(), to_unix_seconds(clock.now()));
  EXPECT_EQ(claims_of(next).string_of("sid"), claims_of(token).string_of("sid"));
}

TEST_F(AuthReauthenticate, AnAccountWithAFactorShowsItToo) {
  const Answer login = finish(first_step(), kRecoveryCode);
  const std::string token = login.text("access_token");
  clock.advance(minutes(11));
  const Answer without = again(token, {{"password", kPassword}});
  EXPECT_EQ(without.status, 401);
  EXPECT_EQ(without.text("type"), "urn:gatehouse:problem:second-factor-required");
  EXPECT_EQ(without.text("mfa_token"), "");
  EXPECT_EQ(again(token, {{"password", kPassword}, {"otp", "999999"}}).status, 400);
  EXPECT_FALSE(is_fresh(token));
  const std::string shown = code();
  EXPECT_EQ(again(token, {{"password", kPassword}, {"otp", shown}}).status, 200);
  EXPECT_TRUE(is_fresh(token));
  EXPECT_EQ(value("SELECT amr FROM gh_sessions"), "pwd otp mfa") << "no longer by a recovery code";
  clock.advance(seconds(1));
  EXPECT_EQ(again(token, {{"password", kPassword}, {"otp", shown}}).status, 400) << "each code once";
  const std::string next =
      post("auth_refresh", json_object({{"refresh_token", login.text("refresh_token")}})).text("access_token");
  EXPECT_EQ(amr_of(next), kOfCode);
}

TEST_F(AuthReauthenticate, AWrongPasswordIsAGuessAndUsesNoCode) {
  const std::string token = token_by_code();
  let_a_step_pass();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(again(token, {{"password", "Wrong-Horse-1"}, {"otp", code()}}).status, 400);
  }
  EXPECT_EQ(again(token, {{"password", kPassword}, {"otp", code()}}).status, 400) << "locked";
  EXPECT_EQ(send("auth_token", credentials({{"otp", code()}})).status, 401) << "and at a login too";
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_throttle"), "2") << "of the password only";
}

TEST_F(AuthReauthenticate, ASessionThatHasEndedStaysSo) {
  const std::string token = access_token("bob");
  post("auth_logout", bearer(token));
  EXPECT_EQ(again(token, {{"password", kPassword}}).status, 401);
}

}  // namespace
}  // namespace gatehouse::test
