// SPDX-License-Identifier: Apache-2.0
#include "support/jwt.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

class AuthRefresh : public World {
 protected:
  AuthRefresh() { set("PUBLIC_URL", "http://127.0.0.1:8080"); }  // cookies with plain names

  static Call with_token(const std::string& token) { return json_object({{"refresh_token", token}}); }
  static Call with_key(const std::string& token, const std::string& key) {
    return with_token(token).with("Idempotency-Key", key);
  }
  Answer refresh(const std::string& token) { return post("auth_refresh", with_token(token)); }
  // Logs in and answers the refresh token.
  std::string start(const Fields& more = {}) { return log_in("ann", more).text("refresh_token"); }
  Answer refresh_by_cookie(const std::string& token) {
    return post("auth_refresh",
                json_text("{}").with("Cookie", "refresh_token=" + token).with("Idempotency-Key", kRetryKey));
  }
  static std::string cookies_of(const Answer& answer) {
    std::string cookies;
    for (const auto& [name, value] : answer.headers) {
      if (name == "Set-Cookie") cookies += value + "\n";
    }
    return cookies;
  }
  static constexpr const char* kRetryKey = "0123456789abcdef";

  bool lives(const std::string& access) { return get("users_me", bearer(access)).status == 200; }
};

constexpr const char* kOneTurn = "gh_audit +1, gh_sessions ~1";

TEST_F(AuthRefresh, ATokenIsTradedForANewPair) {
  add_user();
  const Answer login = log_in();
  clock.advance(minutes(5));
  const Answer answer = refresh(login.text("refresh_token"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.text("access_token"), login.text("access_token"));
  EXPECT_NE(answer.text("refresh_token"), login.text("refresh_token"));
  EXPECT_EQ(answer.text("scope"), login.text("scope"));
  EXPECT_EQ(audit(), "token_refresh user=1 session address=10.0.0.1\n");
  EXPECT_EQ(changes(), kOneTurn);
  EXPECT_TRUE(lives(answer.text("access_token")));
  EXPECT_TRUE(lives(login.text("access_token"))) << "the session goes on, so does its older access token";
}

TEST_F(AuthRefresh, ReplayRevokesTheWholeFamily) {
  add_user();
  const std::string first = start();
  const Answer second = refresh(first);
  changes();
  audit();
  const Answer replay = refresh(first);
  EXPECT_EQ(replay.status, 401);
  EXPECT_NE(replay.detail().find("reuse"), std::string::npos);
  EXPECT_EQ(audit(), "token_reuse_detected user=1 session address=10.0.0.1\n");
  EXPECT_EQ(refresh(second.text("refresh_token")).status, 401);
  EXPECT_FALSE(lives(second.text("access_token")));
}

TEST_F(AuthRefresh, ASessionThatIsRefreshedTooOftenKeepsItsTokenForLater) {
  set("REFRESH_RATE_LIMIT", "2/minute");
  add_user();
  const std::string first = start();
  const std::string other = start();
  const std::string second = refresh(first).text("refresh_token");
  const std::string third = refresh(second).text("refresh_token");
  changes();
  audit();
  clock.advance(seconds(15));
  const Answer refused = refresh(third);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.detail(), "this session was refreshed too often");
  EXPECT_EQ(refused.header("Retry-After"), "45");
  EXPECT_EQ(refused.header("X-RateLimit-Limit"), "2");
  EXPECT_EQ(refused.header("X-RateLimit-Remaining"), "0");
  EXPECT_EQ(refused.header("X-RateLimit-Reset"), "45");
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(audit(), "");
  EXPECT_EQ(refresh(other).status, 200) << "another session of the same person and address";
  clock.advance(seconds(45));
  EXPECT_EQ(refresh(third).status, 200);
}

TEST_F(AuthRefresh, AReplayIsReuseHoweverOftenTheSessionWasRefreshed) {
  set("REFRESH_RATE_LIMIT", "1/minute");
  add_user();
  const std::string first = start();
  const std::string second = refresh(first).text("refresh_token");
  EXPECT_EQ(refresh(second).status, 429);
  EXPECT_NE(refresh(first).detail().find("reuse"), std::string::npos);
  EXPECT_EQ(refresh(second).status, 401);
}

TEST_F(AuthRefresh, AReplayLongAfterIsStillKnownForOne) {
  add_user();
  const std::string first = start();
  std::string current = first;
  for (int i = 0; i < 4; ++i) {
    clock.advance(days(1));
    current = refresh(current).text("refresh_token");
  }
  EXPECT_NE(refresh(first).detail().find("reuse"), std::string::npos);
  EXPECT_EQ(refresh(current).status, 401);
}

TEST_F(AuthRefresh, ALogoutJustBeforeTheTurnIsDecidedWins) {
  add_user();
  const std::string token = start();
  head().on_statement = [&](const std::string&, const std::string& statement) {
    if (statement == "sessions.rotate") admin.run("UPDATE gh_sessions SET ended_at = 1, ended_why = 'logout'");
  };
  const Answer answer = refresh(token);
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.detail().find("reuse"), std::string::npos) << "it was never spent";
  EXPECT_EQ(audit(), "");
  EXPECT_EQ(changes(), "gh_sessions ~1") << "the logout";
  EXPECT_EQ(value("SELECT ended_why FROM gh_sessions"), "logout");
}

TEST_F(AuthRefresh, AnHonestRetryGetsTheSameSuccessorByteForByte) {
  add_user();
  const std::string token = start();
  const Answer first = post("auth_refresh", with_key(token, kRetryKey));
  changes();
  clock.advance(seconds(59));
  const Answer again = post("auth_refresh", with_key(token, kRetryKey));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(changes(), "nothing") << "nothing is written for it";
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions WHERE successor LIKE '%eyJ%'"), "0") << "sealed at rest";
}

TEST_F(AuthRefresh, ARetryThatIsNotHonestIsReuse) {
  const auto is_reuse = [&](const Call& retry) {
    return post("auth_refresh", retry).detail().find("reuse") != std::string::npos;
  };
  add_user();
  std::string token = start();
  post("auth_refresh", with_key(token, kRetryKey));
  EXPECT_TRUE(is_reuse(with_key(token, "another-key-of-16"))) << "another key";

  token = start();
  post("auth_refresh", with_key(token, kRetryKey));
  EXPECT_TRUE(is_reuse(with_token(token))) << "no key";

  token = start();
  post("auth_refresh", with_token(token));
  EXPECT_TRUE(is_reuse(with_key(token, kRetryKey))) << "a key only the second time";

  token = start();
  post("auth_refresh", with_key(token, kRetryKey));
  clock.advance(seconds(60));
  EXPECT_TRUE(is_reuse(with_key(token, kRetryKey))) << "too late";

  token = start();
  const Answer successor = post("auth_refresh", with_key(token, kRetryKey));
  refresh(successor.text("refresh_token"));
  EXPECT_TRUE(is_reuse(with_key(token, kRetryKey))) << "the successor was used";
}

TEST_F(AuthRefresh, AReplayIsNoHonestRetryForAWebHeadWhoseClockIsBehind) {
  add_user();
  const std::string token = start();
  post("auth_refresh", with_key(token, kRetryKey));
  clock.advance(-seconds(1));
  EXPECT_NE(refresh(token).detail().find("reuse"), std::string::npos);
}

TEST_F(AuthRefresh, AShortRetryKeyIsRefusedBeforeAnythingHappens) {
  add_user();
  const std::string token = start();
  EXPECT_EQ(post("auth_refresh", with_key(token, "short")).status, 400);
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(refresh(token).status, 200);
}

TEST_F(AuthRefresh, WithinTheGraceTheParentGetsTheSameSuccessorAndNoSecondBranch) {
  set("REFRESH_REUSE_GRACE_SECONDS", "10");
  add_user();
  const std::string token = start();
  const Answer first = refresh(token);
  clock.advance(seconds(9));
  EXPECT_EQ(refresh(token).body, first.body);
  clock.advance(seconds(1));
  EXPECT_NE(refresh(token).detail().find("reuse"), std::string::npos);
}

TEST_F(AuthRefresh, TheScopesOfTheLoginNeverGrow) {
  add_user();
  const std::string token = start({{"scope", "profile:read"}});
  sql("UPDATE gh_users SET role = 'admin'");
  const Answer answer = refresh(token);
  EXPECT_EQ(answer.text("scope"), "profile:read");
  EXPECT_EQ(claims_of(answer.text("access_token")).string_of("role"), "admin");
}

TEST_F(AuthRefresh, ADemotedUsersSuccessorLosesWhatTheRoleLost) {
  add_user({.role = "admin"});
  const std::string token = start();
  sql("UPDATE gh_users SET role = 'user'");
  EXPECT_EQ(refresh(token).text("scope"), "profile:read profile:write posts:read posts:write");
}

TEST_F(AuthRefresh, WhatIsNotACurrentRefreshTokenIsRefused) {
  add_user();
  const Answer login = log_in();
  const std::string token = login.text("refresh_token");
  for (const std::string& other : {login.text("access_token"), std::string("x"), std::string("a.b.c"), token + "A"}) {
    EXPECT_EQ(refresh(other).status, 401) << other;
  }
  EXPECT_EQ(changes(), "nothing");
  clock.advance(days(7));
  const Answer expired = refresh(token);
  EXPECT_EQ(expired.status, 401);
  EXPECT_NE(expired.header("WWW-Authenticate").find("expired"), std::string::npos);
}

TEST_F(AuthRefresh, ADeactivatedOrDeletedUserGetsNothing) {
  add_user();
  const std::string token = start();
  sql("UPDATE gh_users SET is_active = 0");
  EXPECT_EQ(refresh(token).status, 401);
  sql("DELETE FROM gh_users");
  EXPECT_EQ(refresh(token).status, 401);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuthRefresh, NoSuccessorOutlivesTheSessionsAbsoluteEnd) {
  set("SESSION_MAX_DAYS", "10");
  add_user();
  std::string token = start();
  clock.advance(days(6));
  token = refresh(token).text("refresh_token");
  const auto expires = claims_of(token).find("exp")->integer();
  EXPECT_EQ(*expires, to_unix_seconds(clock.now() + days(4)));
  clock.advance(days(4));
  EXPECT_EQ(refresh(token).status, 401);
}

TEST_F(AuthRefresh, InTheLastHalfHourTheAccessTokenAndBothCookiesEndWithTheSession) {
  set("SESSION_MAX_DAYS", "7");
  add_user();
  const std::string token = start();
  const std::int64_t end = to_unix_seconds(clock.now() + days(7));
  const auto exp = [](const std::string& minted) { return claims_of(minted).find("exp")->integer().value_or(0); };
  clock.advance(days(7) - minutes(10));
  const Answer by_cookie = refresh_by_cookie(token);
  EXPECT_EQ(exp(by_cookie.text("access_token")), end);
  EXPECT_EQ(by_cookie.integer("expires_in"), 600);
  const std::string cookies = cookies_of(by_cookie);
  EXPECT_NE(cookies.find("; Path=/; Max-Age=600;"), std::string::npos) << cookies;
  EXPECT_NE(cookies.find("; Path=/api/v1/auth/refresh; Max-Age=600;"), std::string::npos) << cookies;

  clock.advance(minutes(4));
  constexpr std::string_view kName = "refresh_token=";
  const std::size_t begin = cookies.find(kName) + kName.size();
  const Answer by_body = refresh(cookies.substr(begin, cookies.find(';', begin) - begin));
  EXPECT_EQ(exp(by_body.text("access_token")), end);
  EXPECT_EQ(exp(by_body.text("refresh_token")), end);
  EXPECT_EQ(by_body.integer("expires_in"), 360);
}

TEST_F(AuthRefresh, AnHonestRetryByCookieGetsTheSameCookiesByteForByte) {
  set("SESSION_MAX_DAYS", "7");
  add_user();
  const std::string token = start();
  clock.advance(days(7) - minutes(10));
  const Answer first = refresh_by_cookie(token);
  clock.advance(seconds(59));
  const Answer again = refresh_by_cookie(token);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(cookies_of(again), cookies_of(first));
}

TEST_F(AuthRefresh, ByCookieTheBodyHasNoRefreshToken) {
  add_user();
  const std::string token = start();
  const Answer answer = post("auth_refresh", Call{}
                                                 .with("Cookie", "refresh_token=" + token)
                                                 .with("Origin", "http://127.0.0.1:8080")
                                                 .with("Sec-Fetch-Site", "same-origin"));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.json.find("refresh_token")->is(json::Kind::null));
  int cookies = 0;
  for (const auto& [name, cookie] : answer.headers) {
    if (name != "Set-Cookie") continue;
    ++cookies;
    EXPECT_NE(cookie.find("HttpOnly; SameSite=Strict"), std::string::npos) << cookie;
  }
  EXPECT_EQ(cookies, 2);
}

TEST_F(AuthRefresh, ACookieIsNoCredentialForAnotherSite) {
  add_user();
  const std::string cookie = "refresh_token=" + start();
  const auto status = [&](const Call& call) { return post("auth_refresh", call).status; };
  EXPECT_EQ(status(Call{}.with("Cookie", cookie).with("Origin", "https://evil.example")), 403);
  EXPECT_EQ(status(Call{}.with("Cookie", cookie).with("Origin", "null")), 403);
  EXPECT_EQ(status(Call{}.with("Cookie", cookie).with("Sec-Fetch-Site", "same-site")), 403);
  EXPECT_EQ(status(Call{}.with("Cookie", cookie).with("Sec-Fetch-Site", "cross-site")), 403);
  EXPECT_EQ(
      status(Call{}.with("Cookie", cookie).with("Origin", "http://127.0.0.1:8080").with("Sec-Fetch-Site", "same-site")),
      403);
  EXPECT_EQ(status(Call{}.with("Cookie", cookie)), 403) << "neither header, and no JSON";
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuthRefresh, APlantedRefreshCookieOfAnotherSessionIsRefused) {
  add_user();
  add_user({.username = "eve"});
  const std::string mine = access_token("ann");
  const std::string planted = log_in("eve").text("refresh_token");
  const Answer answer =
      post("auth_refresh", json_text("{}").with("Cookie", "access_token=" + mine + "; refresh_token=" + planted));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuthRefresh, ACookieThatStandsTwiceIsNone) {
  add_user();
  const std::string token = start();
  EXPECT_EQ(post("auth_refresh", json_text("{}").with("Cookie", "refresh_token=" + token + "; refresh_token=" + token))
                .status,
            401);
}

}  // namespace
}  // namespace gatehouse::test
