// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class AuthLogout : public World {
 protected:
  AuthLogout() { set("PUBLIC_URL", "http://127.0.0.1:8080"); }  // cookies with plain names

  Answer log_out(const Answer& login, const std::string& refresh_token) {
    return post("auth_logout", json_object({{"refresh_token", refresh_token}}).bearing(login.text("access_token")));
  }
  int me(const std::string& access) { return get("users_me", bearer(access)).status; }
  int refresh(const std::string& token) { return post("auth_refresh", json_object({{"refresh_token", token}})).status; }
};

TEST_F(AuthLogout, TheSessionDiesAtOnceWithBothItsTokens) {
  add_user();
  const Answer login = log_in();
  EXPECT_EQ(me(login.text("access_token")), 200) << "and the signature is remembered from here on";
  const Answer answer = log_out(login, login.text("refresh_token"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(audit(), "logout user=1 session address=10.0.0.1\n");
  EXPECT_EQ(me(login.text("access_token")), 401);
  EXPECT_EQ(refresh(login.text("refresh_token")), 401);
}

TEST_F(AuthLogout, WithoutARefreshTokenTheAccessTokenNamesTheSession) {
  add_user();
  const Answer login = log_in();
  EXPECT_EQ(post("auth_logout", bearer(login.text("access_token"))).status, 200);
  EXPECT_EQ(refresh(login.text("refresh_token")), 401);
}

TEST_F(AuthLogout, AForeignTokenOrOneOfAnotherKindEndsNothing) {
  add_user();
  add_user({.username = "eve"});
  const Answer mine = log_in("ann");
  const Answer hers = log_in("eve");
  for (const std::string& token : {hers.text("refresh_token"), mine.text("access_token"), std::string("x")}) {
    EXPECT_EQ(log_out(mine, token).status, 400);
  }
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(me(mine.text("access_token")), 200);
  EXPECT_EQ(refresh(hers.text("refresh_token")), 200);
}

TEST_F(AuthLogout, ByCookieItEndsTheSessionAndClearsTheCookies) {
  add_user();
  const Answer login = log_in();
  const Answer answer =
      post("auth_logout", json_text("{}").with("Cookie", "access_token=" + login.text("access_token")));
  EXPECT_EQ(answer.status, 200);
  int cleared = 0;
  for (const auto& [name, cookie] : answer.headers) cleared += cookie.find("Max-Age=0") != std::string::npos ? 1 : 0;
  EXPECT_EQ(cleared, 3);
  EXPECT_EQ(me(login.text("access_token")), 401);
}

TEST_F(AuthLogout, AnotherSiteCantLogAnybodyOut) {
  add_user();
  const std::string cookie = "access_token=" + access_token();
  const Answer answer = post("auth_logout", Call{}.with("Cookie", cookie).with("Origin", "https://evil.example"));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
