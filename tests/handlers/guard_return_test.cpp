// SPDX-License-Identifier: Apache-2.0
#include "support/guard_world.h"

namespace gatehouse::test {
namespace {

class GuardReturn : public GuardWorld {
 protected:
  GuardReturn() { add_user(); }
};

TEST_F(GuardReturn, TradesTheCodeForTheSitesCookieAndGoesToThePageThatWasWanted) {
  const std::string session = sign_in();
  const Errand errand = send_away("wiki", "/pages/a?b=c");
  const std::string code = code_for(errand, session);
  EXPECT_EQ(changes(), "gh_guard_codes +1");
  const Answer answer = bring_back("wiki", code, errand.nonce);
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.header("Location"), "/pages/a?b=c");
  EXPECT_EQ(audit(), "site_entered user=1 session address=10.0.0.1 \"wiki\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +1, gh_guard_codes ~1, gh_guard_cookies +1");
  const std::string cookie = answer.cgi.substr(answer.cgi.find("__Host-guard="));
  EXPECT_NE(cookie.find("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure\r\n"), std::string::npos) << cookie;
  const Answer inside =
      send("guard", with_cookie(to("wiki", "/pages"), "__Host-guard=" + cookie_of(answer, "__Host-guard")));
  EXPECT_EQ(inside.status, 200);
}

TEST_F(GuardReturn, TakesACodeOnce) {
  const Errand errand = send_away("wiki", "/pages");
  const std::string code = code_for(errand, sign_in());
  EXPECT_EQ(bring_back("wiki", code, errand.nonce).status, 303);
  changes();
  clock.advance(seconds(1));
  const Answer again = bring_back("wiki", code, errand.nonce);
  EXPECT_EQ(again.status, 403);
  EXPECT_EQ(cookie_of(again, "__Host-guard"), "");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(GuardReturn, TakesACodeFromTheBrowserThatAskedForTheSiteInTimeAndOnlyWhileTheSessionLives) {
  const std::string session = sign_in();
  const Errand errand = send_away("wiki", "/pages");
  const auto refused = [&](const std::string& site, const std::string& code, const std::string& nonce) {
    changes();
    const Answer answer = bring_back(site, code, nonce);
    EXPECT_EQ(changes(), "nothing");
    return answer.status == 403 && cookie_of(answer, "__Host-guard").empty();
  };
  const std::string code = code_for(errand, session);
  EXPECT_TRUE(refused("files", code, errand.nonce));
  EXPECT_TRUE(refused("wiki", "nonsense", errand.nonce));
  EXPECT_EQ(bring_back("wiki", code, errand.nonce).status, 303);

  const std::string late = code_for(errand, session);
  clock.advance(seconds(61));
  EXPECT_TRUE(refused("wiki", late, errand.nonce));

  const std::string dead = code_for(errand, session);
  sql("UPDATE gh_sessions SET ended_at = 1, ended_why = 'logout'");
  EXPECT_TRUE(refused("wiki", dead, errand.nonce));
}

// What a script on the site could read of a code is good for nobody: not for the browser that it was made for either.
TEST_F(GuardReturn, SpendsACodeThatAnotherBrowserShows) {
  const std::string session = sign_in();
  const Errand errand = send_away("wiki", "/pages");
  const Errand another = send_away("wiki", "/pages");
  for (const std::string& nonce : {another.nonce, std::string(), errand.nonce + "; " + errand.nonce}) {
    const std::string code = code_for(errand, session);
    changes();
    EXPECT_EQ(bring_back("wiki", code, nonce).status, 403);
    EXPECT_NE(audit().find("unauthorized_access user=1"), std::string::npos);
    EXPECT_EQ(bring_back("wiki", code, errand.nonce).status, 403);
    EXPECT_EQ(value("SELECT COUNT(*) FROM gh_guard_cookies"), "0");
    clock.advance(minutes(1));
  }
}

TEST_F(GuardReturn, KeepsACookieForEachOriginOfASite) {
  const std::string session = sign_in();
  const std::string first = enter("wiki", session);
  const Errand errand = send_away("wiki", "/pages");
  Call call = with_cookie(Call{.uri = "/.gatehouse/return?code=" + code_for(errand, session)}, errand.nonce);
  call.variables.insert(call.variables.end(), {"GATEHOUSE_SITE=wiki", "HTTP_HOST=www.wiki.example.com"});
  const std::string second = "__Host-guard=" + cookie_of(get("guard_return", call), "__Host-guard");
  const auto status = [&](const std::string& cookie, const char* host) {
    return send("guard", with_cookie(to("wiki", "/pages"), cookie).with("Host", host)).status;
  };
  EXPECT_EQ(status(first, "wiki.example.com"), 200);
  EXPECT_EQ(status(second, "www.wiki.example.com"), 200);
  EXPECT_EQ(status(first, "www.wiki.example.com"), 401);
}

TEST_F(GuardReturn, LetsTwoTabsComeBack) {
  const std::string session = sign_in();
  const Errand errand = send_away("wiki", "/pages");
  const std::string one = code_for(errand, session);
  const std::string two = code_for(errand, session);
  EXPECT_EQ(bring_back("wiki", one, errand.nonce).status, 303);
  EXPECT_EQ(bring_back("wiki", two, errand.nonce).status, 303);
}

TEST_F(GuardReturn, GivesOneCookieForFiftyUsesOfOneCode) {
  const Errand errand = send_away("wiki", "/pages");
  const std::string code = code_for(errand, sign_in());
  const auto answers = in_parallel({.calls = 50, .processes = 4}, [&](WebHead& each, int) {
    Call call = with_cookie(Call{.uri = "/.gatehouse/return?code=" + code}, errand.nonce).by("GET");
    call.variables.push_back("GATEHOUSE_SITE=wiki");
    return each.send("guard_return", call);
  });
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const Answer& each) { return each.status == 303; }), 1);
}

TEST_F(GuardReturn, ReplacesTheCookieOfTheSameSessionAndSite) {
  const std::string session = sign_in();
  const std::string first = enter("wiki", session);
  const std::string second = enter("wiki", session);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_guard_cookies"), "1");
  EXPECT_EQ(send("guard", with_cookie(to("wiki", "/pages"), first)).status, 401);
  EXPECT_EQ(send("guard", with_cookie(to("wiki", "/pages"), second)).status, 200);
}

TEST_F(GuardReturn, IsNotThereOnAHostThatNoRulesName) {
  Call call{.uri = "/.gatehouse/return?code=x"};
  EXPECT_EQ(get("guard_return", call).status, 404);
}

}  // namespace
}  // namespace gatehouse::test
