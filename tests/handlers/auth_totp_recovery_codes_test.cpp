// SPDX-License-Identifier: Apache-2.0
#include "support/factor_world.h"

namespace gatehouse::test {
namespace {

using AuthTotpRecoveryCodes = FactorWorld;

TEST_F(AuthTotpRecoveryCodes, NewOnesTakeThePlaceOfTheOld) {
  const std::string token = finish(first_step(), code()).text("access_token");
  let_a_step_pass();
  EXPECT_EQ(post("auth_totp_recovery_codes", json_object({{"code", code()}}).bearing(token)).status, 200);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_recovery_codes"), "10");
  EXPECT_EQ(finish(first_step(), kRecoveryCode).status, 401);
}

}  // namespace
}  // namespace gatehouse::test
