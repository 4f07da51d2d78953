// SPDX-License-Identifier: Apache-2.0
#include "support/guard_world.h"

namespace gatehouse::test {
namespace {

class SignOut : public GuardWorld {
 protected:
  SignOut() { add_user(); }
  static Fields own_form() { return {{"form", FormToken{kNonce}.text()}}; }
};

TEST_F(SignOut, EndsTheSessionAndTakesTheCookiesBack) {
  const std::string session = sign_in();
  EXPECT_NE(get("sign_out", with_cookie({}, session)).body.find("signed in as ann"), std::string::npos);
  EXPECT_EQ(changes(), "nothing");
  const Answer answer = send_form("sign_out", own_form(), session);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(audit(), "logout user=1 session address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_sessions ~1");
  for (const char* name : {"__Host-session", "__Host-access_token", "__Secure-refresh_token"}) {
    EXPECT_NE(answer.cgi.find(std::string(name) + "=; "), std::string::npos) << name;
  }
  EXPECT_EQ(get("sign_in", with_cookie({}, session)).status, 200);
}

TEST_F(SignOut, IsSaidToBeDoneWhereNobodyIsSignedIn) {
  EXPECT_NE(get("sign_out", {}).body.find("not signed in"), std::string::npos);
  EXPECT_EQ(send_form("sign_out", own_form()).status, 200);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(SignOut, IsNobodyElsesToDo) {
  const std::string session = sign_in();
  const std::string cookies = session + "; __Host-form=" + kNonce;
  const auto status = [&](Call call) { return post("sign_out", std::move(call)).status; };
  EXPECT_EQ(status(with_cookie(form(own_form()), cookies).with("Origin", "https://evil.example.com")), 403);
  EXPECT_EQ(status(with_cookie(form(own_form()), cookies)), 403);
  EXPECT_EQ(status(from_our_page(with_cookie(form(own_form()), session))), 403);
  EXPECT_EQ(status(from_our_page(with_cookie(form({{"form", "x"}}), cookies))), 403);
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
