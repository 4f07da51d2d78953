// SPDX-License-Identifier: Apache-2.0
#include "support/factor_world.h"

namespace gatehouse::test {
namespace {

using SignInCode = FactorWorld;

TEST_F(SignInCode, WithoutTheFormsOwnTokenACodeIsNotLookedAt) {
  const std::string token = first_step_of_pages();
  EXPECT_GE(post("sign_in_code", form({{"mfa_token", token}, {"otp", code()}})).status, 400);
  EXPECT_EQ(value("SELECT last_step FROM gh_totp"), "0");
  EXPECT_EQ(sessions(), "0");
}

}  // namespace
}  // namespace gatehouse::test
