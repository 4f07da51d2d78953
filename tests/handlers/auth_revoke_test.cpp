// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class AuthRevoke : public World {
 protected:
  int revoke(const std::string& token) { return post("auth_revoke", json_object({{"token", token}})).status; }
  int me(const std::string& access) { return get("users_me", bearer(access)).status; }
  Answer refresh(const std::string& token) { return post("auth_refresh", json_object({{"refresh_token", token}})); }
};

TEST_F(AuthRevoke, AnAccessTokenDiesAloneAndAtOnce) {
  add_user();
  const Answer login = log_in();
  EXPECT_EQ(me(login.text("access_token")), 200);
  EXPECT_EQ(revoke(login.text("access_token")), 200);
  EXPECT_EQ(audit(), "token_revoked user=1 session address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_revoked_tokens +1");
  EXPECT_EQ(me(login.text("access_token")), 401);
  EXPECT_EQ(me(refresh(login.text("refresh_token")).text("access_token")), 200);
}

TEST_F(AuthRevoke, ARefreshTokenTakesItsSessionAlong) {
  add_user();
  const Answer login = log_in();
  EXPECT_EQ(revoke(login.text("refresh_token")), 200);
  EXPECT_EQ(changes(), "gh_audit +1, gh_sessions ~1");
  EXPECT_EQ(me(login.text("access_token")), 401);
}

TEST_F(AuthRevoke, WhatIsNotOursOrNotAliveChangesNothingAndSaysTheSame) {
  add_user();
  const Answer login = log_in();
  EXPECT_EQ(revoke(login.text("access_token")), 200);
  changes();
  for (const std::string& token :
       {login.text("access_token"), login.text("access_token") + "A", std::string("x"), std::string("a.b.c")}) {
    EXPECT_EQ(revoke(token), 200);
  }
  sql("UPDATE gh_sessions SET ended_at = 1");
  EXPECT_EQ(revoke(login.text("refresh_token")), 200);
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
