// SPDX-License-Identifier: Apache-2.0
#include "support/factor_world.h"

namespace gatehouse::test {
namespace {

using AuthTotpEnroll = FactorWorld;

TEST_F(AuthTotpEnroll, WhatIsOfferedIsAskedForByNobodyYet) {
  add_user({.username = "bob"});
  const std::string token = access_token("bob");
  EXPECT_TRUE(post("auth_totp_enroll", bearer(token)).text("uri").starts_with("otpauth://totp/"));
  EXPECT_EQ(changes(), "gh_totp +1");
  EXPECT_EQ(audit(), "");
  EXPECT_EQ(log_in("bob").status, 200);
}

TEST_F(AuthTotpEnroll, OnlyAFreshLoginMay) {
  add_user({.username = "bob"});
  const std::string token = access_token("bob");
  clock.advance(minutes(11));
  EXPECT_EQ(post("auth_totp_enroll", bearer(token)).status, 401);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_totp WHERE user_id = 2"), "0");
}

}  // namespace
}  // namespace gatehouse::test
