// SPDX-License-Identifier: Apache-2.0
#include "support/factor_world.h"

namespace gatehouse::test {
namespace {

using AuthLoginMfa = FactorWorld;

TEST_F(AuthLoginMfa, TheSecondStepSetsTheCookiesOfALogin) {
  const Answer answer = post("auth_login_mfa", second_step(first_step_of_cookies(), code()));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(answer.cgi.find("Set-Cookie: __Host-session="), std::string::npos) << answer.cgi;
  EXPECT_EQ(value("SELECT amr FROM gh_sessions"), "pwd otp mfa");
}

TEST_F(AuthLoginMfa, ATokenOfAnotherKindOfLoginIsWorthNothing) {
  EXPECT_EQ(post("auth_login_mfa", second_step(first_step(), code())).status, 401);
  EXPECT_EQ(sessions(), "0");
}

}  // namespace
}  // namespace gatehouse::test
