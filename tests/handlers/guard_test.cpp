// SPDX-License-Identifier: Apache-2.0
#include "support/guard_world.h"

namespace gatehouse::test {
namespace {

class Guard : public GuardWorld {
 protected:
  Guard() { add_user(); }

  static std::string basic(const std::string& name, const std::string& password) {
    std::string text = to_base64url(name + ":" + password);
    for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    while (text.size() % 4 != 0) text += '=';
    return "Basic " + text;
  }
  int status_of(Call call) { return send("guard", std::move(call)).status; }
  // A token or key that may be shown to the wiki.
  void let_users_have_the_wiki() {
    sql("INSERT INTO gh_role_rights VALUES ('user', 'scope', 'site:wiki')");
    clock.advance(seconds(2));
  }
};

TEST_F(Guard, LetsSomebodyPassWithTheirCookieAndSaysWhoTheyAre) {
  sql("UPDATE gh_users SET is_verified = 1");
  sql("INSERT INTO gh_groups VALUES (1, REPEAT('g', 16), 'devs', 0), (2, REPEAT('h', 16), 'ops', 0)");
  sql("INSERT INTO gh_group_members VALUES (1, 1, 0), (1, 2, 0)");
  const std::string cookie = enter("wiki", sign_in());
  const Answer answer = send("guard", with_cookie(to("wiki", "/pages/x?y=z"), cookie));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Variable-GATEHOUSE_DECISION"), "pass");
  EXPECT_EQ(answer.header("Variable-REMOTE_USER"), "ann");
  EXPECT_EQ(answer.header("Variable-AUTH_SUB"), "1");
  EXPECT_EQ(answer.header("Variable-AUTH_EMAIL"), "ann@example.com");
  EXPECT_EQ(answer.header("Variable-AUTH_ROLE"), "user");
  EXPECT_EQ(answer.header("Variable-AUTH_GROUPS"), "devs,ops");
  EXPECT_NE(answer.header("Variable-AUTH_SCOPE"), "");
  // Whatever else an authorizer sends may reach the client, through Apache.
  for (const auto& [name, text] : answer.headers) {
    EXPECT_TRUE(name.starts_with("Variable-") || name == "Content-Length") << name << ": " << text;
  }
  Call asked = with_cookie(to("wiki", "/pages"), cookie);
  asked.variables.emplace_back("GATEHOUSE_GUARD=check");
  asked.variables[1] = "FCGI_ROLE=RESPONDER";
  const Answer copied = send("guard", asked);
  EXPECT_EQ(copied.header("X-Auth-User"), "ann");
  EXPECT_EQ(copied.header("X-Auth-Groups"), "devs,ops");
  EXPECT_EQ(copied.header("X-Auth-Email"), "ann@example.com");
  EXPECT_EQ(copied.header("Cache-Control"), "no-store");
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(audit(), "");
}

TEST_F(Guard, TellsAnEmailOnlyWhenItIsVerified) {
  sql("UPDATE gh_users SET is_verified = 0");
  const std::string cookie = enter("wiki", sign_in());
  const Answer answer = send("guard", with_cookie(to("wiki", "/pages"), cookie));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Variable-AUTH_EMAIL") + answer.header("X-Auth-Email"), "");
  EXPECT_EQ(answer.cgi.find("ann@"), std::string::npos);
}

TEST_F(Guard, AsksOneQueryOfTheDatabase) {
  const std::string cookie = enter("wiki", sign_in());
  send("guard", with_cookie(to("wiki", "/pages"), cookie));
  send("guard", with_cookie(to("wiki", "/pages"), cookie));
  EXPECT_EQ(head().statements, std::vector<std::string>{"guard.by_cookie"});
  send("guard", to("wiki", "/public"));
  EXPECT_TRUE(head().statements.empty());
  send("guard", to("wiki", "/never"));
  EXPECT_TRUE(head().statements.empty());
}

TEST_F(Guard, KeepsEachSitesCookieToThatSite) {
  const std::string session = sign_in();
  const std::string cookie = enter("wiki", session);
  EXPECT_EQ(status_of(with_cookie(to("files", "/"), cookie)), 401);
  EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), cookie)), 200);
  // Nor is the login of the auth host one here.
  const std::string value = session.substr(session.find('=') + 1);
  EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), session)), 401);
  EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), "__Host-guard=" + value)), 401);
  EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), "__Host-access_token=" + access_token())), 401);
  // A name without its prefix could be planted by a neighbour.
  EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), "guard=" + cookie.substr(cookie.find('=') + 1))), 401);
}

TEST_F(Guard, CookieOpensNothingOfTheApi) {
  const std::string value = enter("wiki", sign_in()).substr(std::string("__Host-guard=").size());
  for (const char* name : {"__Host-access_token", "__Host-session", "session"}) {
    EXPECT_EQ(get("users_me", with_cookie({}, std::string(name) + "=" + value)).status, 401);
  }
  EXPECT_EQ(get("users_me", bearer(value)).status, 401);
  EXPECT_EQ(get("users_me", with_key(value)).status, 401);
  EXPECT_EQ(get("sign_in", with_cookie({}, "__Host-session=" + value)).status, 200);  // the form, and not onwards
}

TEST_F(Guard, RefusesACookieWhoseSecretOrSessionIsAnothers) {
  const std::string cookie = enter("wiki", sign_in());
  std::string other = cookie;
  other.back() = other.back() == 'A' ? 'E' : 'A';
  EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), other)), 401);
  for (const char* bad : {"__Host-guard=", "__Host-guard=x", "__Host-guard=AAAA; __Host-guard=AAAA"}) {
    EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), bad)), 401) << bad;
  }
  EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), cookie + "; " + cookie)), 401);
}

TEST_F(Guard, FeelsEveryEndOfASessionAtOnce) {
  const struct {
    const char* what;
    std::function<void(GuardWorld&, const std::string&)> end;
  } ends[] = {
      {"sign-out", nullptr},
      {"deactivated", nullptr},
      {"removed", nullptr},
      {"outlived", nullptr},
  };
  for (const auto& end : ends) {
    SCOPED_TRACE(end.what);
    const std::string session = sign_in();
    const std::string cookie = enter("wiki", session);
    EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), cookie)), 200);
    const std::string what = end.what;
    if (what == "sign-out") {
      EXPECT_EQ(send_form("sign_out", {{"form", FormToken{kNonce}.text()}}, session).status, 200);
    }
    if (what == "deactivated") sql("UPDATE gh_users SET is_active = 0");
    if (what == "removed") sql("DELETE FROM gh_guard_cookies");
    if (what == "outlived") clock.advance(days(8));
    EXPECT_NE(status_of(with_cookie(to("wiki", "/pages"), cookie)), 200);
    sql("UPDATE gh_users SET is_active = 1");
  }
}

TEST_F(Guard, KeepsASessionAliveThatIsUsed) {
  const std::string cookie = enter("wiki", sign_in());
  for (int day = 0; day < 28; day += 4) {
    EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), cookie)), 200) << day;
    clock.advance(days(4));
  }
  EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), cookie)), 200);
  EXPECT_EQ(value("SELECT expires_at = ends_at FROM gh_sessions"), "1");
  clock.advance(days(2));  // SESSION_MAX_DAYS
  EXPECT_EQ(status_of(with_cookie(to("wiki", "/pages"), cookie)), 401);
}

TEST_F(Guard, NotesAtMostOnceAMinuteThatACookieIsUsed) {
  const std::string cookie = enter("wiki", sign_in());
  clock.advance(minutes(2));
  status_of(with_cookie(to("wiki", "/pages"), cookie));
  EXPECT_EQ(changes(), "gh_sessions ~1");
  status_of(with_cookie(to("wiki", "/pages"), cookie));
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Guard, RefusesWhoeverIsKnownAndMayNotAndPutsItOnRecord) {
  const std::string cookie = enter("wiki", sign_in());
  const Answer answer = send("guard", with_cookie(to("wiki", "/mods"), cookie));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.header("X-Gatehouse-Guard"), "forbidden");
  EXPECT_NE(audit().find("unauthorized_access"), std::string::npos);
  sql("UPDATE gh_users SET role = 'moderator'");
  EXPECT_EQ(status_of(with_cookie(to("wiki", "/mods"), cookie)), 200);
}

// Without identity: what each kind of rule says to a program, and to a person.
TEST_F(Guard, SendsPeopleToSignInAndTellsProgramsWhatIsMissing) {
  const struct {
    const char* uri;
    int program;
    int person;
  } rows[] = {{"/public/a", 200, 200}, {"/office", 403, 403}, {"/git", 401, 302},   {"/posts", 401, 302},
              {"/mods", 401, 302},     {"/ann", 401, 302},    {"/devs", 401, 302},  {"/never", 403, 403},
              {"/open", 200, 200},     {"/pages", 401, 302},  {"/other", 403, 403}, {"/hooks", 403, 403}};
  for (const auto& row : rows) {
    // A rule that names networks only leaves nobody to sign in.
    EXPECT_EQ(status_of(to("wiki", row.uri)), row.uri == std::string("/office") ? 401 : row.program) << row.uri;
    EXPECT_EQ(status_of(as_person(to("wiki", row.uri))), row.uri == std::string("/office") ? 302 : row.person)
        << row.uri;
  }
  EXPECT_EQ(status_of(to("wiki", "/office").from("10.1.2.3")), 200);
  const Answer answer = send("guard", to("wiki", "/pages"));
  EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer realm=\"wiki\"");
  EXPECT_EQ(answer.header("X-Gatehouse-Guard"), "sign-in");
  EXPECT_EQ(changes(), "nothing");
}

// On Apache that is an ErrorDocument: the file is then the guard's own executable, which no rule covers.
TEST_F(Guard, LooksAtNoFileWhereAPageIsAskedFor) {
  const auto status = [&](const char* audience) {
    Call call = as_person(to("wiki", "/pages"));
    call.variables.insert(call.variables.end(), {std::string("GATEHOUSE_GUARD=") + audience, "DOCUMENT_ROOT=/srv/www",
                                                 "SCRIPT_FILENAME=/srv/www/.gatehouse/guard.fcgi"});
    return send("guard", std::move(call)).status;
  };
  EXPECT_EQ(status("page"), 302);
  EXPECT_EQ(status("redirect"), 403);
}

TEST_F(Guard, AnswersOnlyWhatTheFrontServerUnderstands) {
  const auto asked = [&](const char* variable, const char* uri) {
    Call call = as_person(to("wiki", uri));
    call.variables[1] = variable;
    return send("guard", call);
  };
  for (const char* checks : {"FCGI_ROLE=RESPONDER", "GATEHOUSE_GUARD=check", "FCGI_ROLE=FILTER"}) {
    EXPECT_EQ(asked(checks, "/pages").status, 401) << checks;
    EXPECT_EQ(asked(checks, "/public").status, 200) << checks;
    EXPECT_EQ(asked(checks, "/never").status, 403) << checks;
  }
  EXPECT_EQ(asked("GATEHOUSE_GUARD=redirect", "/pages").status, 302);
  EXPECT_EQ(asked("GATEHOUSE_GUARD=page", "/pages").status, 302);
  // What a person sees is never a 200.
  EXPECT_EQ(asked("GATEHOUSE_GUARD=page", "/public").status, 403);
  EXPECT_EQ(asked("GATEHOUSE_GUARD=page", "/never").status, 403);
  for (const char* unknown : {"GATEHOUSE_GUARD=off", "GATEHOUSE_GUARD=pass check"}) {
    const Answer answer = asked(unknown, "/public");
    EXPECT_EQ(answer.status, 503) << unknown;
    EXPECT_EQ(answer.header("X-Gatehouse-Guard"), "unavailable");
  }
}

TEST_F(Guard, BelievesAGatewayOnlyWhereTheConfigurationSaysThatOneAsks) {
  Call call = to("wiki", "/public").with("X-Forwarded-Uri", "/never").with("X-Forwarded-Method", "GET");
  EXPECT_EQ(status_of(call), 200);
  call.variables.emplace_back("GATEHOUSE_GUARD=redirect forwarded");
  EXPECT_EQ(status_of(call), 403);
  // Its address is everybody's, until the front server is told to believe it.
  Call office = to("wiki", "/").with("X-Forwarded-Uri", "/office").with("X-Forwarded-Method", "GET").from("10.0.0.5");
  office.variables.emplace_back("GATEHOUSE_GUARD=forwarded");
  EXPECT_EQ(status_of(office), 401);
  set("TRUSTED_PROXIES", "10.0.0.5");
  EXPECT_EQ(status_of(office), 200);
  Call silent = to("wiki", "/public");
  silent.variables.emplace_back("GATEHOUSE_GUARD=forwarded");
  EXPECT_EQ(status_of(silent), 403);
  Call post = to("wiki", "/public").with("X-Forwarded-Uri", "/hooks").with("X-Forwarded-Method", "POST");
  post.variables.emplace_back("GATEHOUSE_GUARD=check forwarded");
  EXPECT_EQ(status_of(post), 401);
}

// A gateway's question has a path and a file of its own.
TEST_F(Guard, JudgesNoMoreThanWhatAGatewayAsksAbout) {
  Call call = to("wiki", "/never").with("X-Forwarded-Uri", "/public").with("X-Forwarded-Method", "GET");
  call.variables.emplace_back("GATEHOUSE_GUARD=redirect forwarded");
  for (const char* own : {"REDIRECT_URI=/never", "DOCUMENT_ROOT=/srv", "SCRIPT_FILENAME=/srv/never"}) {
    call.variables.emplace_back(own);
  }
  EXPECT_EQ(status_of(call), 200);
}

TEST_F(Guard, TakesATokenForTheSiteAndNoOther) {
  let_users_have_the_wiki();
  const std::string all = access_token();
  const std::string wiki = access_token("ann", {{"scope", "site:wiki"}});
  const std::string wrong = access_token("ann", {{"scope", "posts:read"}});
  EXPECT_EQ(status_of(to("wiki", "/pages").bearing(wiki)), 200);
  EXPECT_EQ(status_of(to("wiki", "/pages").bearing(all)), 403);
  EXPECT_EQ(status_of(to("wiki", "/posts").bearing(wrong)), 200);
  EXPECT_EQ(status_of(to("wiki", "/pages").bearing(wrong)), 403);
  EXPECT_EQ(status_of(to("files", "/").bearing(wiki)), 403);
  EXPECT_EQ(status_of(to("wiki", "/hooks").bearing(wrong).by("POST")), 200);
  // It is worth nothing at the API.
  EXPECT_EQ(get("users_me", bearer(wiki)).status, 403);
  // And dies with the right to it.
  sql("DELETE FROM gh_role_rights WHERE word = 'site:wiki'");
  clock.advance(seconds(2));
  EXPECT_EQ(status_of(to("wiki", "/pages").bearing(wiki)), 403);
}

TEST_F(Guard, TakesAnApiKeyAndBasicWhereTheRuleSaysSo) {
  let_users_have_the_wiki();
  const std::string token = access_token("ann", {{"scope", "profile:write site:wiki"}});
  const std::string key =
      post("api_keys_generate", json_object({{"scopes", "site:wiki"}}).bearing(token)).text("api_key");
  ASSERT_NE(key, "");
  EXPECT_EQ(status_of(to("wiki", "/pages").keyed(key)), 200);
  EXPECT_EQ(status_of(to("files", "/").keyed(key)), 403);
  EXPECT_EQ(status_of(to("wiki", "/git/x").with("Authorization", basic("ann", key))), 200);
  EXPECT_EQ(status_of(to("wiki", "/git/x").with("Authorization", basic("ANN", key))), 200);
  EXPECT_EQ(status_of(to("wiki", "/pages").with("Authorization", basic("ann", key))), 403);
  // Somebody else's name, no name, and a password.
  for (const std::string& bad : {basic("bob", key), basic("", key), basic("ann", kPassword), basic("ann", ""),
                                 std::string("Basic !!!"), std::string("Basic " + to_base64url("ann"))}) {
    EXPECT_EQ(status_of(to("wiki", "/git").with("Authorization", bad)), 401) << bad;
  }
  // A browser would send it on and on, to whoever asks.
  for (const char* header : {"Sec-Fetch-Mode", "Sec-Fetch-Site"}) {
    EXPECT_EQ(status_of(to("wiki", "/git").with("Authorization", basic("ann", key)).with(header, "cors")), 401);
  }
}

TEST_F(Guard, OffersBasicToProgramsWhereTheRuleSaysSo) {
  const auto offers = [&](Call call) {
    return send("guard", std::move(call)).cgi.find("WWW-Authenticate: Basic realm=\"wiki\"") != std::string::npos;
  };
  EXPECT_TRUE(offers(to("wiki", "/git")));
  EXPECT_FALSE(offers(to("wiki", "/pages")));
  EXPECT_FALSE(offers(to("wiki", "/git").with("Sec-Fetch-Mode", "cors")));
}

TEST_F(Guard, IgnoresABadCredentialWhereNoNameIsAskedFor) {
  for (const char* uri : {"/public", "/open"}) {
    const Answer answer = send("guard", to("wiki", uri).bearing("nonsense"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Variable-REMOTE_USER") + answer.header("X-Auth-User"), "");
  }
  EXPECT_EQ(status_of(to("wiki", "/pages").bearing("nonsense")), 401);
  EXPECT_EQ(status_of(to("wiki", "/pages").with("Authorization", "Digest x")), 401);
  // A good one is passed on there too.
  const Answer known = send("guard", with_cookie(to("wiki", "/public"), enter("wiki", sign_in())));
  EXPECT_EQ(known.header("Variable-REMOTE_USER"), "ann");
}

TEST_F(Guard, RefusesUrlsThatCouldBeReadInTwoWays) {
  const std::string cookie = enter("wiki", sign_in());
  for (const char* uri : {"/public%2fx", "/public/%00", "/public\\x", "/public/../..", "http://wiki/public", "*", ""}) {
    Call call = with_cookie(to("wiki", "/public"), cookie);
    call.uri = uri[0] == '\0' ? "?" : uri;
    EXPECT_EQ(status_of(call), 403) << uri;
  }
  EXPECT_EQ(status_of(to("wiki", "/public/..;/pages")), 401);
}

TEST_F(Guard, RefusesARequestThatItCantReadOrWhoseSenderIsNotKnown) {
  EXPECT_EQ(status_of(to("wiki", "/public").with("X-A", "1").with("X-A", "2")), 403);
  EXPECT_EQ(status_of(to("wiki", "/public").with("X-A", std::string(20000, 'a'))), 403);
  EXPECT_EQ(status_of(to("wiki", "/public").from("")), 503);
  EXPECT_EQ(status_of(to("wiki", "/public").from("unix:")), 503);
}

TEST_F(Guard, JudgesTheFileAndTheRewrittenUrlToo) {
  const auto with_variable = [&](const std::string& variable) {
    Call call = to("wiki", "/public/x");
    call.variables.push_back("DOCUMENT_ROOT=/srv/wiki");
    call.variables.push_back(variable);
    return status_of(call);
  };
  EXPECT_EQ(with_variable("SCRIPT_FILENAME=/srv/wiki/public/x.txt"), 200);
  EXPECT_EQ(with_variable("SCRIPT_FILENAME=/srv/wiki/never/x"), 403);
  EXPECT_EQ(with_variable("SCRIPT_FILENAME=/srv/wiki/pages/x"), 401);
  EXPECT_EQ(with_variable("REDIRECT_URI=/public/y?z"), 200);
  EXPECT_EQ(with_variable("REDIRECT_URI=/pages/y"), 401);
  EXPECT_EQ(with_variable("REDIRECT_URI=/public%2f..%2fpages"), 403);
}

TEST_F(Guard, IsNotFooledByMethodsOrByHeadersThatNameASite) {
  EXPECT_EQ(status_of(to("wiki", "/hooks").by("POST")), 401);
  EXPECT_EQ(status_of(to("wiki", "/hooks").by("post")), 403);
  EXPECT_EQ(status_of(to("wiki", "/public").by("PROPFIND")), 200);
  EXPECT_EQ(status_of(to("wiki", "/public").by("OPTIONS")), 200);
  EXPECT_EQ(status_of(to("wiki", "/pages").by("OPTIONS")), 401);
  EXPECT_EQ(status_of(to("wiki", "/hooks").with("X-Http-Method-Override", "GET").by("POST")), 401);
  Call call = to("files", "/public").with("Gatehouse-Site", "wiki").with("Host", "wiki.example.com");
  EXPECT_EQ(status_of(call), 401);
}

TEST_F(Guard, IsClosedForASiteThatTheRulesDontName) {
  for (const char* site : {"", "nosuch", "Wiki"}) {
    const Answer answer = send("guard", to(site, "/public"));
    EXPECT_EQ(answer.status, 503) << site;
    EXPECT_EQ(answer.header("X-Gatehouse-Guard"), "unavailable");
  }
}

TEST_F(Guard, IsClosedWithoutItsDatabase) {
  const std::string cookie = enter("wiki", sign_in());
  set("DATABASE_URL", "mysql://localhost/none?socket=/nonexistent/mysql.sock");
  const Answer answer = send("guard", with_cookie(to("wiki", "/pages"), cookie));
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("X-Gatehouse-Guard"), "unavailable");
  EXPECT_EQ(send("guard", to("wiki", "/public")).status, 200);
  EXPECT_EQ(send("guard", to("wiki", "/never")).status, 403);
}

TEST_F(Guard, TakesUpChangedRulesAndKeepsTheOldOnesWhileTheFileIsBroken) {
  EXPECT_EQ(status_of(to("wiki", "/other")), 403);
  write_rules("site wiki https://wiki.example.com\n/ * anyone\n");
  clock.advance(seconds(2));
  EXPECT_EQ(status_of(to("wiki", "/other")), 200);
  write_rules("site wiki https://wiki.example.com\n/ * anyone");  // cut short
  clock.advance(seconds(2));
  EXPECT_EQ(status_of(to("wiki", "/other")), 200);
  EXPECT_NE(head().log.find("the old rules stay in force"), std::string::npos);
  EXPECT_NE(head().log.find("guard.rules:2: the last line has no end"), std::string::npos);
  std::remove(rules_file().c_str());
  clock.advance(seconds(2));
  EXPECT_EQ(status_of(to("wiki", "/other")), 200);
  write_rules("site wiki https://wiki.example.com\n/ * nobody\n");
  clock.advance(seconds(2));
  EXPECT_EQ(status_of(to("wiki", "/other")), 403);
}

TEST_F(Guard, IsClosedWithABrokenFileAndNoGoodRulesInMemory) {
  write_rules("site wiki https://wiki.example.com\n/ * everybody\n");
  set("DEBUG", "off");  // the processes start anew
  EXPECT_EQ(status_of(to("wiki", "/public")), 503);
  EXPECT_NE(head().log.find("guard.rules:2: 'everybody' is nobody"), std::string::npos);
}

TEST_F(Guard, SendsTheBrowserBackToTheOriginItCameTo) {
  const auto back = [&](const std::string& host) {
    const Answer answer = send("guard", as_person(to("wiki", "/pages/a?b=c")).with("Host", host));
    return parameter_of(answer.header("Location"), "return");
  };
  EXPECT_EQ(back("www.wiki.example.com"), "https://www.wiki.example.com/pages/a?b=c");
  EXPECT_EQ(back("wiki.example.com"), "https://wiki.example.com/pages/a?b=c");
  EXPECT_EQ(back("evil.example.com"), "https://wiki.example.com/pages/a?b=c");
  EXPECT_EQ(back("wiki.example.com@evil"), "https://wiki.example.com/pages/a?b=c");
}

TEST_F(Guard, AsksABrowserThatIsAwayAlreadyToGoOnWithWhatItHolds) {
  const Errand first = send_away("wiki", "/pages");
  const Answer again = send("guard", with_cookie(as_person(to("wiki", "/pages/b")), first.nonce));
  EXPECT_EQ("__Host-guard-start=" + cookie_of(again, "__Host-guard-start"), first.nonce);
  EXPECT_EQ(parameter_of(again.header("Location"), "state"), parameter_of(first.sign_in_uri, "state"));
  const Answer other = send("guard", with_cookie(as_person(to("wiki", "/pages/b")), "__Host-guard-start=planted"));
  EXPECT_NE(cookie_of(other, "__Host-guard-start"), "planted");
}

}  // namespace
}  // namespace gatehouse::test
