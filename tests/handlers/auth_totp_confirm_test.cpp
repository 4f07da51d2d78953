// SPDX-License-Identifier: Apache-2.0
#include "support/factor_world.h"

namespace gatehouse::test {
namespace {

using AuthTotpConfirm = FactorWorld;

TEST_F(AuthTotpConfirm, AWrongCodeTurnsNothingOn) {
  add_user({.username = "bob"});
  const std::string token = access_token("bob");
  give_factor(2, "NULL", std::to_string(to_millis(clock.now())));
  EXPECT_EQ(post("auth_totp_confirm", json_object({{"code", code(5)}}).bearing(token)).status, 400);
  EXPECT_EQ(value("SELECT confirmed_at IS NULL FROM gh_totp WHERE user_id = 2"), "1");
  EXPECT_EQ(post("auth_totp_confirm", json_object({{"code", code()}}).bearing(token)).status, 200);
  EXPECT_EQ(value("SELECT confirmed_at IS NULL FROM gh_totp WHERE user_id = 2"), "0");
}

}  // namespace
}  // namespace gatehouse::test
