// SPDX-License-Identifier: Apache-2.0
#include "support/guard_world.h"

namespace gatehouse::test {
namespace {

class SignIn : public GuardWorld {
 protected:
  SignIn() { add_user(); }
  static constexpr const char* kState = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA";

  static Fields to_wiki(const std::string& url = "https://wiki.example.com/pages") {
    return {{"site", "wiki"}, {"state", kState}, {"return", url}};
  }
};

TEST_F(SignIn, ShowsAFormThatIsTiedToTheBrowser) {
  const Answer answer = get("sign_in", {});
  EXPECT_EQ(answer.status, 200);
  const std::string nonce = cookie_of(answer, "__Host-form");
  EXPECT_NE(nonce, "");
  EXPECT_NE(answer.body.find("value=\"" + FormToken{nonce}.text() + "\""), std::string::npos) << answer.body;
  EXPECT_EQ(answer.body.find("<script"), std::string::npos);
  // Two open forms are both good.
  const Answer again = get("sign_in", with_cookie({}, "__Host-form=" + nonce));
  EXPECT_EQ(cookie_of(again, "__Host-form"), nonce);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(SignIn, SetsTheSessionCookieAndLeadsBackToTheSite) {
  const Answer answer = send_form("sign_in", sign_in_form("ann", kPassword, to_wiki()));
  EXPECT_EQ(answer.status, 200) << answer.body;
  const std::string cookie = answer.cgi.substr(answer.cgi.find("__Host-session="));
  EXPECT_NE(cookie.find("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure\r\n"), std::string::npos) << cookie;
  EXPECT_NE(answer.body.find("content=\"0; url=https://wiki.example.com/.gatehouse/return?code="), std::string::npos)
      << answer.body;
  EXPECT_EQ(changes(),
            "gh_audit +1, gh_audit_counts +2, gh_guard_codes +1, gh_known_addresses +1, gh_sessions +1, gh_users ~1");
  EXPECT_EQ(answer.cgi.find("access_token"), std::string::npos);
}

TEST_F(SignIn, OfABrowserThatIsSignedInGoesOnAtOnce) {
  const std::string session = sign_in();
  const Answer front = get("sign_in", with_cookie({}, session));
  EXPECT_EQ(front.status, 302);
  EXPECT_EQ(front.header("Location"), "/");
  const Answer docs = get("sign_in", with_cookie(Call{.uri = "/sign-in?return=%2Fdocs"}, session));
  EXPECT_EQ(docs.header("Location"), "/docs");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(SignIn, ShowsTheFormAgainAfterAWrongPasswordAndSaysNotWhatWasWrong) {
  const Answer wrong = send_form("sign_in", sign_in_form("ann", "Wrong-Horse-1", to_wiki()));
  const Answer unknown = send_form("sign_in", sign_in_form("bob", "Wrong-Horse-1", to_wiki()));
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(unknown.status, 403);
  std::string same = unknown.body;
  same.replace(same.find("value=\"bob\""), 11, "value=\"ann\"");
  EXPECT_EQ(wrong.body, same);
  EXPECT_EQ(wrong.body.find("Wrong-Horse"), std::string::npos);
  EXPECT_EQ(cookie_of(wrong, "__Host-session"), "");
}

TEST_F(SignIn, EscapesWhatWasTyped) {
  const Answer answer = send_form("sign_in", sign_in_form("\"><script>alert('1')</script>", "x", {}));
  EXPECT_EQ(answer.body.find("<script"), std::string::npos);
  EXPECT_NE(answer.body.find("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)"), std::string::npos);
}

TEST_F(SignIn, LocksAsEveryLoginDoes) {
  for (int i = 0; i < 5; ++i) send_form("sign_in", sign_in_form("ann", "Wrong-Horse-1", {}));
  EXPECT_EQ(send_form("sign_in", sign_in_form("ann", kPassword, {})).status, 403);
  EXPECT_EQ(post("auth_token", form({{"username", "ann"}, {"password", kPassword}})).status, 401);
}

// A login that another site makes for you is an attack too.
TEST_F(SignIn, TakesItsOwnFormFromItsOwnPageOnly) {
  const Fields fields = sign_in_form("ann", kPassword, {});
  const std::string nonce = std::string("__Host-form=") + kNonce;
  const auto status = [&](Call call) { return post("sign_in", std::move(call)).status; };
  EXPECT_EQ(status(with_cookie(form(fields), nonce)), 403);
  EXPECT_EQ(status(with_cookie(form(fields), nonce).with("Origin", "https://evil.example.com")), 403);
  EXPECT_EQ(status(with_cookie(form(fields), nonce).with("Origin", "null")), 403);
  EXPECT_EQ(status(with_cookie(form(fields), nonce)
                       .with("Origin", "https://auth.example.com")
                       .with("Sec-Fetch-Site", "same-site")),
            403);
  EXPECT_EQ(status(from_our_page(form(fields))), 403);
  EXPECT_EQ(status(from_our_page(with_cookie(form(fields), "__Host-form=" + std::string(43, 'B')))), 403);
  EXPECT_EQ(status(from_our_page(with_cookie(form(fields), "form=" + std::string(kNonce)))), 403);
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(status(from_our_page(with_cookie(form(fields), nonce))), 200);
}

TEST_F(SignIn, LeadsNowhereElse) {
  for (const char* url :
       {"https://evil.example.com/", "https://files.example.com/", "//evil.example.com/", "/pages",
        "https://wiki.example.com@evil.example.com/", "https://wiki.example.com//evil.example.com", ""}) {
    EXPECT_EQ(send_form("sign_in", sign_in_form("ann", kPassword, to_wiki(url))).status, 422) << url;
  }
  for (const char* path : {"//evil.example.com", "https://evil.example.com", "/\\evil.example.com", "javascript:x"}) {
    EXPECT_EQ(send_form("sign_in", sign_in_form("ann", kPassword, {{"return", path}})).status, 422) << path;
    EXPECT_EQ(get("sign_in", Call{.uri = "/sign-in?return=" + percent_encode(path)}).status, 422) << path;
  }
  EXPECT_EQ(send_form("sign_in",
                      sign_in_form("ann", kPassword,
                                   {{"site", "nosuch"}, {"state", kState}, {"return", "https://wiki.example.com/"}}))
                .status,
            422);
  EXPECT_EQ(
      send_form("sign_in", sign_in_form("ann", kPassword,
                                        {{"site", "wiki"}, {"state", "x"}, {"return", "https://wiki.example.com/"}}))
          .status,
      422);
  EXPECT_EQ(changes(), "nothing");
}

// On a shared computer nobody could end what the next person does not know of.
TEST_F(SignIn, EndsTheSessionThatTheBrowserHad) {
  add_user({.username = "bob"});
  const std::string hers = sign_in();
  const std::string cookie = enter("wiki", hers);
  send_form("sign_in", sign_in_form("bob", kPassword, {}), hers);
  EXPECT_NE(audit().find("logout user=1"), std::string::npos);
  EXPECT_EQ(send("guard", with_cookie(to("wiki", "/pages"), cookie)).status, 401);
  const std::string again = sign_in();
  post("auth_login", from_our_page(with_cookie(json_object({{"username", "bob"}, {"password", kPassword}}), again)));
  EXPECT_EQ(get("sign_in", with_cookie({}, again)).status, 200);
  // Whose cookie is a guess ends nothing.
  const std::string living = sign_in();
  std::string guess = living;
  guess.back() = guess.back() == 'A' ? 'E' : 'A';
  send_form("sign_in", sign_in_form("bob", kPassword, {}), guess);
  EXPECT_EQ(get("sign_in", with_cookie({}, living)).status, 302);
}

TEST_F(SignIn, SessionCookieIsOfPagesOnly) {
  const std::string session = sign_in();
  const std::string cookie = session.substr(session.find('=') + 1);
  EXPECT_EQ(get("users_me", with_cookie({}, session)).status, 401);
  EXPECT_EQ(get("users_me", with_cookie({}, "__Host-access_token=" + cookie)).status, 401);
  EXPECT_EQ(get("users_me", bearer(cookie)).status, 401);
  // A session that was begun by a program has none.
  sql("UPDATE gh_sessions SET cookie_hash = NULL");
  EXPECT_EQ(get("sign_in", with_cookie({}, session)).status, 200);
}

TEST_F(SignIn, OfTheApiSetsTheSessionCookieToo) {
  const Answer answer = post("auth_login", json_object({{"username", "ann"}, {"password", kPassword}}));
  const std::string session = "__Host-session=" + cookie_of(answer, "__Host-session");
  EXPECT_EQ(get("sign_in", with_cookie({}, session)).status, 302);
  const std::string token = cookie_of(answer, "__Host-access_token");
  const Answer out = post("auth_logout", bearer(token));
  EXPECT_EQ(out.status, 200);
  EXPECT_NE(out.cgi.find("__Host-session=; Path=/; Max-Age=0"), std::string::npos);
  EXPECT_EQ(get("sign_in", with_cookie({}, session)).status, 200);
}

}  // namespace
}  // namespace gatehouse::test
