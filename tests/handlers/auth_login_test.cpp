// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class AuthLogin : public World {
 protected:
  AuthLogin() { set("PUBLIC_URL", "http://127.0.0.1:8080"); }  // cookies with plain names

  static Call ours(Call call) {
    return std::move(call).with("Origin", "http://127.0.0.1:8080").with("Sec-Fetch-Site", "same-origin");
  }
  static std::string cookie_of(const Answer& answer, const std::string& name) {
    for (const auto& [header, value] : answer.headers) {
      if (header == "Set-Cookie" && value.starts_with(name + "=")) return value;
    }
    return "";
  }
  static std::string pair_of(const std::string& cookie) { return cookie.substr(0, cookie.find(';')); }
};

const Fields kAnn{{"username", "ann"}, {"password", kPassword}};

TEST_F(AuthLogin, AFormOrJsonSetsBothCookiesAndShowsNoToken) {
  add_user();
  for (const Call& call : {ours(form(kAnn)), ours(json_object(kAnn)), Call(json_object(kAnn))}) {
    const Answer answer = post("auth_login", call);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.text("username"), "ann");
    EXPECT_EQ(answer.body.find("eyJ"), std::string::npos);
    const std::string access = cookie_of(answer, "access_token");
    EXPECT_NE(access.find("; Path=/; Max-Age=1800; HttpOnly; SameSite=Strict"), std::string::npos) << access;
    const std::string refresh = cookie_of(answer, "refresh_token");
    EXPECT_NE(refresh.find("; Path=/api/v1/auth/refresh; Max-Age=604800; HttpOnly; SameSite=Strict"),
              std::string::npos);
  }
}

TEST_F(AuthLogin, OnHttpsTheNamesHavePrefixesAndPlainOnesAreIgnored) {
  set("PUBLIC_URL", "https://auth.example.com");
  add_user();
  const Answer answer = post("auth_login", json_object(kAnn).with("Origin", "https://auth.example.com"));
  const std::string access = cookie_of(answer, "__Host-access_token");
  EXPECT_TRUE(access.ends_with("; HttpOnly; SameSite=Strict; Secure")) << access;
  EXPECT_NE(cookie_of(answer, "__Secure-refresh_token"), "");
  const std::string token = pair_of(access).substr(access.find('=') + 1);
  EXPECT_EQ(get("users_me", Call{}.with("Cookie", "__Host-access_token=" + token)).status, 200);
  EXPECT_EQ(get("users_me", Call{}.with("Cookie", "access_token=" + token)).status, 401);
}

TEST_F(AuthLogin, TheCookieAuthenticatesWhereverABearerTokenDoes) {
  add_user();
  const std::string cookie = pair_of(cookie_of(post("auth_login", ours(form(kAnn))), "access_token"));
  EXPECT_EQ(get("users_me", Call{}.with("Cookie", cookie)).status, 200);
  EXPECT_EQ(get("users_me", Call{}.with("Cookie", "a=b; " + cookie + "; c")).status, 200);
  EXPECT_EQ(get("users_me", Call{}.with("Cookie", cookie).with("Authorization", "Bearer x")).status, 401)
      << "a header that is sent is the credential, good or not";
}

TEST_F(AuthLogin, AnotherSiteCantLogAnybodyIn) {
  add_user();
  EXPECT_EQ(post("auth_login", form(kAnn).with("Origin", "https://evil.example")).status, 403);
  EXPECT_EQ(post("auth_login", json_object(kAnn).with("Origin", "null")).status, 403);
  EXPECT_EQ(post("auth_login", form(kAnn).with("Sec-Fetch-Site", "same-site")).status, 403);
  EXPECT_EQ(post("auth_login", form(kAnn)).status, 403) << "neither header: a form could be anybody's";
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuthLogin, AWrongPasswordCountsLikeAtTheTokenEndpoint) {
  add_user();
  EXPECT_EQ(post("auth_login", json_object({{"username", "ann"}, {"password", "wrong"}})).status, 401);
  EXPECT_EQ(audit(), "login_failure user=1 address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +2, gh_throttle +2");
}

}  // namespace
}  // namespace gatehouse::test
