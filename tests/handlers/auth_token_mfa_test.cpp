// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include "support/factor_world.h"

namespace gatehouse::test {
namespace {

using AuthTokenMfa = FactorWorld;

TEST_F(AuthTokenMfa, ThePasswordAloneLeadsToAnMfaTokenAndNoSession) {
  const Answer answer = send("auth_token", credentials());
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.text("type"), "urn:gatehouse:problem:second-factor-required");
  EXPECT_EQ(answer.text("mfa_token").size(), 43U);
  EXPECT_EQ(answer.integer("expires_in"), 300);
  EXPECT_EQ(audit(), "second_factor_asked user=1 address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +1, gh_login_steps +1");
  EXPECT_EQ(head().log.find(answer.text("mfa_token")), std::string::npos);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_login_steps WHERE hash LIKE '%" + answer.text("mfa_token") + "%'"), "0");
}

TEST_F(AuthTokenMfa, ACodeGivesThePairAndTheTokensSayBywhat) {
  const Answer answer = finish(first_step(), code());
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(amr_of(answer.text("access_token")), kOfCode);
  EXPECT_TRUE(opens(answer.text("access_token")));
  EXPECT_EQ(value("SELECT amr FROM gh_sessions"), "pwd otp mfa");
  EXPECT_EQ(audit(), "login_success user=1 session address=10.0.0.1\n");
  const Answer next = post("auth_refresh", json_object({{"refresh_token", answer.text("refresh_token")}}));
  EXPECT_EQ(amr_of(next.text("access_token")), kOfCode) << "kept by a refresh";
}

TEST_F(AuthTokenMfa, ARecoveryCodeGivesThePairOnceAndIsMailed) {
  set("MAIL_FROM", "auth@example.com");
  const Answer answer = finish(first_step(), "abcdefgh-ijklmnop");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(amr_of(answer.text("access_token")), kOfRecoveryCode);
  EXPECT_EQ(audit(),
            "recovery_code_used user=1 session address=10.0.0.1\nlogin_success user=1 session address=10.0.0.1\n");
  EXPECT_EQ(mailed("recovery_code_used", "left"), "1");
  EXPECT_EQ(finish(first_step(), kRecoveryCode).status, 401);
  EXPECT_EQ(finish(first_step(), kOtherRecoveryCode).status, 200);
}

TEST_F(AuthTokenMfa, OneRequestDoesItWithOtp) {
  const Answer by_code = send("auth_token", credentials({{"otp", code()}}));
  EXPECT_EQ(amr_of(by_code.text("access_token")), kOfCode) << by_code.body;
  EXPECT_EQ(send("auth_token", credentials({{"otp", code()}})).text("type"), "urn:gatehouse:problem:wrong-code");
  EXPECT_EQ(amr_of(send("auth_token", credentials({{"otp", kRecoveryCode}})).text("access_token")), kOfRecoveryCode);
  changes();
  const Answer wrong = send("auth_token", credentials({{"otp", "999999"}}));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.text("mfa_token"), "");
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts ~1, gh_throttle +1 ~1");
}

TEST_F(AuthTokenMfa, AWrongPasswordSaysNothingOfTheFactor) {
  add_user({.username = "bob"});
  const auto ask = [&](const char* name, const Fields& more) {
    Fields fields{{"username", name}, {"password", "Wrong-Horse-1"}};
    fields.insert(fields.end(), more.begin(), more.end());
    const Answer answer = post("auth_token", form(fields).with("X-Request-ID", "same"));
    return answer.cgi;
  };
  for (const Fields& more : {Fields{}, Fields{{"otp", code()}}, Fields{{"otp", kRecoveryCode}}}) {
    EXPECT_EQ(ask("ann", more), ask("bob", more));
    EXPECT_EQ(ask("ann", more), ask("nobody", more));
    sql("DELETE FROM gh_throttle");
  }
  EXPECT_EQ(value("SELECT last_step FROM gh_totp"), "0");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_recovery_codes WHERE used_at IS NOT NULL"), "0");
}

TEST_F(AuthTokenMfa, ACodeOfTheStepBeforeAndAfterIsGoodAndNoOther) {
  for (int steps = -3; steps <= 3; ++steps) {
    sql("UPDATE gh_totp SET last_step = 0");
    sql("DELETE FROM gh_throttle");
    const bool is_near = steps >= -1 && steps <= 1;
    EXPECT_EQ(finish(first_step(), code(steps)).status, is_near ? 200 : 401) << steps;
  }
}

TEST_F(AuthTokenMfa, ACodeOrAnOlderOneIsNeverGoodAgain) {
  EXPECT_EQ(finish(first_step(), code()).status, 200);
  for (const std::string& old : {code(), code(-1)}) {
    EXPECT_EQ(finish(first_step(), old).status, 401);
    EXPECT_EQ(finish_cookies(first_step_of_cookies(), old).status, 401);
    EXPECT_EQ(finish_pages(first_step_of_pages(), old).status, 403);
    EXPECT_EQ(send("auth_token", credentials({{"otp", old}})).status, 401);
    sql("DELETE FROM gh_throttle");
  }
  EXPECT_EQ(finish(first_step(), code(1)).status, 200);
  let_a_step_pass();
  EXPECT_EQ(finish(first_step(), code()).status, 401) << "it was used a step ago";
}

TEST_F(AuthTokenMfa, OfFiftyWithOneCodeOneGetsIn) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 50; ++i) tokens.push_back(first_step());
  set("MAX_LOGIN_ATTEMPTS", "1000");
  const std::string shown = code();
  const auto answers = in_parallel({.calls = 50, .processes = 8}, [&](WebHead& own, int i) {
    return own.send("auth_token_mfa", second_step(tokens.at(static_cast<std::size_t>(i)), shown));
  });
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const Answer& each) { return each.status == 200; }), 1);
  EXPECT_EQ(sessions(), "1");
}

TEST_F(AuthTokenMfa, OfFiftyWithOneRecoveryCodeOneGetsIn) {
  set("MAX_LOGIN_ATTEMPTS", "1000");
  const auto answers = in_parallel({.calls = 50, .processes = 8}, [&](WebHead& own, int) {
    return own.send("auth_token", credentials({{"otp", kRecoveryCode}}));
  });
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const Answer& each) { return each.status == 200; }), 1);
  EXPECT_EQ(sessions(), "1");
}

TEST_F(AuthTokenMfa, OfFiftyWithOneMfaTokenOneGetsIn) {
  set("MAX_LOGIN_ATTEMPTS", "1000");
  const std::string token = first_step();
  const std::string shown[] = {code(), kRecoveryCode, kOtherRecoveryCode};
  const auto answers = in_parallel({.calls = 50, .processes = 8}, [&](WebHead& own, int i) {
    return own.send("auth_token_mfa", second_step(token, shown[i % 3]));
  });
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const Answer& each) { return each.status == 200; }), 1);
  EXPECT_EQ(sessions(), "1");
  EXPECT_EQ(value("SELECT tries FROM gh_login_steps"), "5") << "five at most are looked at";
}

TEST_F(AuthTokenMfa, AfterFiveTriesTheTokenIsDead) {
  set("MAX_LOGIN_ATTEMPTS", "1000");
  const std::string token = first_step();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(finish(token, "999999").text("type"), "urn:gatehouse:problem:wrong-code");
  EXPECT_EQ(finish(token, code()).text("type"), "urn:gatehouse:problem:token-invalid");
  EXPECT_EQ(sessions(), "0");
}

TEST_F(AuthTokenMfa, AFactorThatIsConfirmedWhileALoginIsUnderWayIsAskedFor) {
  add_user({.username = "bob"});
  bool is_confirmed = false;
  head().on_statement = [&](const std::string&, const std::string& statement) {
    if (statement == "sessions.admit" && !std::exchange(is_confirmed, true)) give_factor(2);
  };
  const Answer answer = post("auth_token", form({{"username", "bob"}, {"password", kPassword}}));
  head().on_statement = nullptr;
  EXPECT_EQ(answer.text("type"), "urn:gatehouse:problem:second-factor-required") << answer.body;
  EXPECT_EQ(sessions(), "0");
}

TEST_F(AuthTokenMfa, WhoeverLocksTheFactorHasThePasswordAndTheOwnerIsToldSo) {
  set("MAIL_FROM", "auth@example.com");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(finish(first_step(), "999999").status, 401);
  EXPECT_EQ(mail(), "factor_guessed user=1 {\"address\":\"10.0.0.1\"}\n");
}

TEST_F(AuthTokenMfa, TheTokenIsGoodForFiveMinutes) {
  const std::string early = first_step();
  clock.advance(minutes(5) - milliseconds(1));
  EXPECT_EQ(finish(early, code()).status, 200);
  const std::string late = first_step();
  clock.advance(minutes(5));
  EXPECT_EQ(finish(late, code()).status, 401);
}

TEST_F(AuthTokenMfa, GuessesAreCountedForTheUserAndNoNewPasswordStepIsAFreshStart) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(finish(first_step(), "999999").status, 401);
  EXPECT_NE(audit().find("account_locked user=1"), std::string::npos);
  EXPECT_EQ(finish(first_step(), code()).status, 401) << "a right one is not looked at";
  EXPECT_EQ(send("auth_token", credentials({{"otp", code()}})).status, 401);
  EXPECT_EQ(finish(first_step(), kRecoveryCode).status, 401);
  EXPECT_EQ(value("SELECT last_step FROM gh_totp"), "0");
  clock.advance(minutes(30));
  EXPECT_EQ(finish(first_step(), code()).status, 200);
}

TEST_F(AuthTokenMfa, ASuccessTakesBackTheCountOfItsOwnAddress) {
  for (int i = 0; i < 4; ++i) EXPECT_EQ(finish(first_step(), "999999").status, 401);
  EXPECT_EQ(finish(first_step(), code()).status, 200);
  let_a_step_pass();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(finish(first_step(), "999999").status, 401);
  EXPECT_EQ(finish(first_step(), code()).status, 200);
}

TEST_F(AuthTokenMfa, AnyChangeOfTheAccountIsTheEndOfTheToken) {
  const char* changes_of_it[] = {
      "UPDATE gh_passwords SET hash = 'another'",
      "UPDATE gh_users SET role = 'admin'",
      "UPDATE gh_users SET is_active = 0",
      "UPDATE gh_users SET updated_at = updated_at + 1",
      "UPDATE gh_totp SET confirmed_at = confirmed_at + 1",
      "DELETE FROM gh_totp",
      "DELETE FROM gh_passwords",
      "DELETE FROM gh_users",
  };
  for (const char* change : changes_of_it) {
    const std::string token = first_step();
    admin.run("START TRANSACTION");
    admin.run("COMMIT");
    sql("CREATE TABLE IF NOT EXISTS test_users AS SELECT * FROM gh_users");
    sql("CREATE TABLE IF NOT EXISTS test_passwords AS SELECT * FROM gh_passwords");
    sql("CREATE TABLE IF NOT EXISTS test_totp AS SELECT * FROM gh_totp");
    sql(change);
    const Answer answer = finish(token, code());
    EXPECT_EQ(answer.text("type"), "urn:gatehouse:problem:token-invalid") << change << answer.body;
    for (const char* table : {"users", "passwords", "totp"}) {
      sql(std::string("DELETE FROM gh_") + table);
      sql(std::string("INSERT INTO gh_") + table + " SELECT * FROM test_" + table);
      sql(std::string("DROP TABLE test_") + table);
    }
  }
  EXPECT_EQ(sessions(), "0");
}

TEST_F(AuthTokenMfa, TheScopesAreThoseThatWereAskedForAndNoMore) {
  const Answer answer = finish(first_step({{"scope", "profile:read"}}), code());
  EXPECT_EQ(answer.text("scope"), "profile:read");
  let_a_step_pass();
  EXPECT_EQ(finish(first_step(), code()).text("scope"), "profile:read profile:write posts:read posts:write");
}

TEST_F(AuthTokenMfa, ATokenOfOneKindOfLoginIsNothingAtAnothers) {
  const std::string of_tokens = first_step();
  const std::string of_cookies = first_step_of_cookies();
  const std::string of_pages = first_step_of_pages();
  for (const std::string& token : {of_cookies, of_pages}) EXPECT_EQ(finish(token, code()).status, 401);
  for (const std::string& token : {of_tokens, of_pages}) EXPECT_EQ(finish_cookies(token, code()).status, 401);
  for (const std::string& token : {of_tokens, of_cookies}) EXPECT_EQ(finish_pages(token, code()).status, 403);
  EXPECT_EQ(finish(of_tokens, code(-1)).status, 200);
  EXPECT_EQ(finish_cookies(of_cookies, code()).status, 200);
  EXPECT_EQ(finish_pages(of_pages, code(1)).status, 200);
}

// Whatever else would take a credential, of everything that there is.
TEST_F(AuthTokenMfa, HalfALoginOpensNothingAnywhere) {
  const std::string tokens[] = {first_step(), first_step_of_cookies(), first_step_of_pages()};
  for (const ListedEndpoint& listed : all_endpoints()) {
    if (listed.endpoint->guard()) continue;
    WebHead own = another_head();  // which leaves no connection behind
    for (const Operation& operation : listed.endpoint->operations()) {
      if (!operation.policy().access.needs_somebody()) continue;
      const std::string name = listed.endpoint->name();
      std::string path(listed.endpoint->route());
      for (std::size_t at; (at = path.find('{')) != std::string::npos;) path.replace(at, path.find('}') + 1 - at, "1");
      for (const std::string& token : tokens) {
        const Call calls[] = {bearer(token), with_key(token), Call{}.with("Cookie", "__Host-access_token=" + token),
                              Call{}.with("Cookie", "__Host-session=" + token)};
        for (const Call& each : calls) {
          Call call = from_our_page(Call(each)).by(http::name_of(operation.policy().method)).at(path);
          const bool has_body = operation.policy().accepts != Accepts::nothing;
          if (has_body) call.content_type = "application/json";
          if (has_body) call.body = "{}";
          EXPECT_EQ(own.send(name, call).status, 401) << name;
        }
      }
    }
  }
  for (const std::string& token : tokens) {
    EXPECT_EQ(post("auth_refresh", json_object({{"refresh_token", token}})).status, 401);
    EXPECT_EQ(
        post("auth_refresh", from_our_page(json_text("{}")).with("Cookie", "__Secure-refresh_token=" + token)).status,
        401);
    post("auth_revoke", json_object({{"token", token}}));
    EXPECT_EQ(send("guard", as_person(with_cookie(to("wiki", "/pages"), "__Host-guard=" + token))).status, 302);
    EXPECT_EQ(send("guard", to("wiki", "/pages").bearing(token)).status, 401);
    EXPECT_EQ(bring_back("wiki", token, "__Host-guard-start=" + token).status, 403);
    EXPECT_EQ(get("sign_in", with_cookie(Call{}, "__Host-session=" + token)).status, 200) << "the form again";
  }
  EXPECT_EQ(sessions(), "0");
}

// Everything that begins a session or hands out a credential, tried by somebody who has a factor and does not show it.
TEST_F(AuthTokenMfa, NoWayInSkipsTheFactor) {
  EXPECT_EQ(send("auth_token", credentials()).status, 401);
  const Answer cookies = send("auth_login", from_our_page(credentials()));
  EXPECT_EQ(cookies.status, 401);
  EXPECT_EQ(cookie_of(cookies, "__Host-session"), "");
  const Answer page = send_form("sign_in", sign_in_form("ann", kPassword, {}));
  EXPECT_EQ(cookie_of(page, "__Host-session"), "");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(sessions(), "0");

  const std::string token = token_by_code();
  const Answer key = post("api_keys_generate", json_text("{}").bearing(token));
  EXPECT_EQ(key.status, 200) << key.body;
  EXPECT_EQ(value("SELECT amr FROM gh_api_keys"), "pwd otp mfa");
  let_a_step_pass();
  const std::string session =
      "__Host-session=" + cookie_of(finish_pages(first_step_of_pages(), code()), "__Host-session");
  const std::string cookie = enter("wiki", session);
  EXPECT_EQ(send("guard", with_cookie(to("wiki", "/pages"), cookie)).status, 200);
}

std::set<std::string> files_with(const std::string& folder, const std::string& text) {
  std::set<std::string> files;
  const std::filesystem::path root = GATEHOUSE_SOURCE;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream in(entry.path());
    std::stringstream all;
    all << in.rdbuf();
    if (all.str().find(text) != std::string::npos) files.insert(entry.path().lexically_relative(root).string());
  }
  return files;
}

// Who comes to be in one of these lists comes to a test above, too.
TEST_F(AuthTokenMfa, OneFunctionBeginsSessionsAndTwoMint) {
  using Files = std::set<std::string>;
  EXPECT_EQ(files_with("common", "tokens::mint_"), (Files{"common/auth/sessions/pair.cpp"}));
  EXPECT_EQ(
      files_with("common", "mint_pair("),
      (Files{"common/auth/sessions/login.cpp", "common/auth/sessions/pair.cpp", "common/auth/sessions/refresh.cpp"}));
  EXPECT_EQ(files_with("common", "INSERT INTO gh_sessions"), (Files{"common/auth/sessions/sessions_sql.cpp"}));
  EXPECT_EQ(files_with("common", "kInsertSession"),
            (Files{"common/auth/sessions/login.cpp", "common/auth/sessions/sessions_sql.cpp"}));
  EXPECT_EQ(files_with("handlers", "sessions::log_in("),
            (Files{"handlers/auth/login.cpp", "handlers/auth/token.cpp", "handlers/sign_in.cpp"}));
  EXPECT_EQ(files_with("handlers", "sessions::finish_log_in("),
            (Files{"handlers/auth/login/mfa.cpp", "handlers/auth/token/mfa.cpp", "handlers/sign_in/code.cpp"}));
  EXPECT_EQ(files_with("handlers", "sessions::refresh("), (Files{"handlers/auth/refresh.cpp"}));
  EXPECT_EQ(files_with("common", "INSERT INTO gh_api_keys"), (Files{"common/auth/api_keys/api_keys_sql.cpp"}));
  EXPECT_EQ(files_with("common", "INSERT INTO gh_guard_codes"), (Files{"common/auth/guard/guard_sql.cpp"}));
}

TEST_F(AuthTokenMfa, WithoutACodeOrAnythingElseIs422AndNoTry) {
  const std::string token = first_step();
  EXPECT_EQ(post("auth_token_mfa", json_object({{"mfa_token", token}})).wrong_fields(), "code");
  EXPECT_EQ(post("auth_token_mfa", json_object({{"mfa_token", token}, {"code", "12345"}})).status, 422);
  EXPECT_EQ(value("SELECT tries FROM gh_login_steps"), "0");
}

TEST_F(AuthTokenMfa, TheSignInPageAsksForTheCodeAndGoesOnToTheSite) {
  const Errand errand = send_away("wiki", "/pages");
  Fields wish;
  for (const char* name : {"site", "state", "return"}) wish.emplace_back(name, parameter_of(errand.sign_in_uri, name));
  const std::string token = first_step_of_pages(wish);
  const Answer wrong = finish_pages(token, "999999", wish);
  EXPECT_EQ(wrong.status, 403);
  EXPECT_NE(wrong.body.find(token), std::string::npos) << "the same form again";
  const Answer done = finish_pages(token, code(), wish);
  EXPECT_EQ(done.status, 200);
  EXPECT_NE(cookie_of(done, "__Host-session"), "");
  EXPECT_NE(done.body.find("https://wiki.example.com/.gatehouse/return?code="), std::string::npos);
  const Answer again = finish_pages(token, code(1), wish);
  EXPECT_EQ(again.status, 403);
  EXPECT_NE(again.body.find("name=\"password\""), std::string::npos) << "from the beginning";
}

TEST_F(AuthTokenMfa, CookiesComeWithTheSecondStep) {
  const Answer done = finish_cookies(first_step_of_cookies(), code());
  EXPECT_EQ(done.status, 200) << done.body;
  for (const char* name : {"__Host-session", "__Host-access_token", "__Secure-refresh_token"}) {
    EXPECT_NE(cookie_of(done, name), "") << name;
  }
  EXPECT_EQ(send("auth_login_mfa", second_step(first_step_of_cookies(), code(1)).with("Origin", "https://evil.example"))
                .status,
            403);
}

TEST_F(AuthTokenMfa, AnAccountWithoutAFactorLogsInAsEver) {
  add_user({.username = "bob"});
  EXPECT_EQ(amr_of(access_token("bob")), kOfPassword);
  give_factor(2, "NULL");
  EXPECT_EQ(amr_of(access_token("bob")), kOfPassword) << "what is only offered is none";
}

}  // namespace
}  // namespace gatehouse::test
