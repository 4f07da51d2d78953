// SPDX-License-Identifier: Apache-2.0
#include "support/recovery_world.h"

namespace gatehouse::test {
namespace {

class AuthVerifyEmail : public RecoveryWorld {
 protected:
  std::string wait_for_confirmation() {
    if (value("SELECT COUNT(*) FROM gh_users") == "0") add_user({.is_verified = false});
    pause();
    EXPECT_EQ(post("auth_verify_email_request", json_object({{"email", "ann@example.com"}})).status, 202);
    return mailed("verify_email");
  }
  std::string is_verified() { return value("SELECT is_verified FROM gh_users WHERE username = 'ann'"); }
  Answer verify_by(const Call& credential, const std::string& token) {
    Call call = verify_call(token);
    call.variables = credential.variables;
    return post("auth_verify_email", call);
  }
};

TEST_F(AuthVerifyEmail, TakesTheTokenAndTheSessionOrThePasswordAndResetsNothing) {
  const std::string token = wait_for_confirmation();
  const Answer login = log_in();
  const Answer answer = verify_by(bearer(login.text("access_token")), token);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(audit(), "email_verified user=1 session address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_email_tokens ~1, gh_users ~1");
  EXPECT_EQ(is_verified(), "1");
  EXPECT_EQ(get("users_me", bearer(login.text("access_token"))).status, 200);
  EXPECT_EQ(sign(kPassword).status, 200);

  sql("UPDATE gh_users SET is_verified = 0");
  EXPECT_EQ(verify(wait_for_confirmation()).status, 200);
  EXPECT_EQ(is_verified(), "1");
}

TEST_F(AuthVerifyEmail, TheTokenAloneIsNotEnough) {
  const std::string token = wait_for_confirmation();
  changes();
  EXPECT_EQ(verify(token, "").status, 401);
  EXPECT_EQ(post("auth_verify_email", verify_call(token).keyed(api_key())).status, 401) << "a key is no person";
  EXPECT_EQ(is_verified(), "0");
  EXPECT_EQ(verify(token).status, 200) << "and none of that used it up";
}

TEST_F(AuthVerifyEmail, AnotherAccountsSessionOrPasswordIsNot) {
  const std::string token = wait_for_confirmation();
  add_user({.username = "bob", .password = "Other-Horse-1x"});
  const std::string bob = sign("Other-Horse-1x", "bob").text("access_token");
  const Answer answer = verify_by(bearer(bob), token);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.detail(), verify("none").detail()) << "as any bad token";
  EXPECT_EQ(verify(token, "Other-Horse-1x").status, 401);
  EXPECT_EQ(is_verified(), "0");
  EXPECT_EQ(post("auth_verify_email", verify_call(token, kPassword).bearing(bob)).status, 200)
      << "the right password, in a browser where somebody else is signed in";
}

TEST_F(AuthVerifyEmail, ASessionThatMayOnlyReadIsNot) {
  const std::string token = wait_for_confirmation();
  const std::string reading = access_token("ann", {{"scope", "profile:read"}});
  const Answer answer = verify_by(bearer(reading), token);
  EXPECT_EQ(answer.status, 403);
  EXPECT_NE(answer.header("WWW-Authenticate").find("profile:write"), std::string::npos);
  EXPECT_EQ(is_verified(), "0");
}

TEST_F(AuthVerifyEmail, AGuessAtThePasswordIsThrottledLikeALogins) {
  const std::string token = wait_for_confirmation();
  changes();
  EXPECT_EQ(verify(token, "Wrong-Horse-1").status, 401);
  EXPECT_EQ(audit(), "login_failure user=1 address=10.0.0.1\n");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(verify(token, "Wrong-Horse-1").status, 401);
  EXPECT_EQ(verify(token, kPassword).status, 401) << "locked";
  EXPECT_EQ(sign(kPassword).status, 401) << "the same lock holds for logins";
  clock.advance(minutes(31));
  EXPECT_EQ(verify(token, kPassword).status, 200);
}

TEST_F(AuthVerifyEmail, WithoutAGoodTokenNoPasswordIsJudged) {
  add_user();
  EXPECT_EQ(verify("none", kPassword).status, 400);
  EXPECT_EQ(statements(), std::vector<std::string>{"recovery.find"});
}

TEST_F(AuthVerifyEmail, ATokenIsGoodOnceForADayAndTheNewestIsTheOnlyOne) {
  const std::string older = wait_for_confirmation();
  const std::string newer = wait_for_confirmation();
  EXPECT_EQ(verify(older).status, 400);
  clock.advance(hours(24) - milliseconds(1));
  EXPECT_EQ(verify(newer).status, 200);
  EXPECT_EQ(verify(newer).status, 400);
  sql("UPDATE gh_users SET is_verified = 0");
  const std::string late = wait_for_confirmation();
  clock.advance(hours(24));
  EXPECT_EQ(verify(late).status, 400);
}

TEST_F(AuthVerifyEmail, AChangeOfPasswordOrAddressEndsIt) {
  const std::string before_password = wait_for_confirmation();
  EXPECT_EQ(change_password(kPassword, kNew).status, 200);
  EXPECT_EQ(verify(before_password, kNew).status, 400);
  const std::string before_address = wait_for_confirmation();
  sql("UPDATE gh_users SET email = 'x@example.com', email_key = 'x@example.com'");
  EXPECT_EQ(verify(before_address, kNew).status, 400) << "it says nothing about another address";
  EXPECT_EQ(is_verified(), "0");
}

TEST_F(AuthVerifyEmail, OfFiftyAtOnceOneWins) {
  const std::string token = wait_for_confirmation();
  const std::string access = access_token();
  const auto answers = in_parallel({.calls = 50, .processes = 8}, [&](WebHead& head, int) {
    return head.send("auth_verify_email", verify_call(token).bearing(access));
  });
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const Answer& a) { return a.status == 200; }), 1);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'email_verified'"), "1");
}

// ---- another address ----

TEST_F(AuthVerifyEmail, AChangeOfAddressIsMadeWhenItsReaderConfirms) {
  add_user();
  const Answer answer = ask_for_change("New@example.com");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.text("email"), "ann@example.com") << "nothing is changed yet";
  EXPECT_EQ(audit(), "email_change_requested user=1 session address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +1, gh_email_tokens +1, gh_outbox +1");
  const std::string token = mailed("change_email");
  EXPECT_EQ(mail(), "change_email user=1 to New@example.com {\"token\":\"" + token + "\"}\n");
  EXPECT_EQ(value("SELECT CONCAT_WS(' ', email, email_key, is_verified) FROM gh_users"),
            "ann@example.com ann@example.com 1");

  const std::string access = access_token();
  const std::string reset_token = forget();
  changes();
  EXPECT_EQ(verify_by(bearer(access), token).status, 200);
  EXPECT_EQ(audit(), "email_changed user=1 session address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_email_tokens ~1, gh_outbox +1, gh_recovery_tokens +1 ~1, gh_users ~1");
  EXPECT_EQ(value("SELECT CONCAT_WS(' ', email, email_key, is_verified) FROM gh_users"),
            "New@example.com new@example.com 1");
  EXPECT_NE(mail().find("email_changed user=1 to ann@example.com {\"token\":"), std::string::npos) << mail();
  EXPECT_EQ(reset(reset_token).status, 400) << "it went to the old address";
  EXPECT_EQ(get("users_me", bearer(access)).status, 200) << "sessions go on";
  EXPECT_EQ(sign(kPassword, "new@example.com").status, 200);
  EXPECT_EQ(sign(kPassword, "ann@example.com").status, 401);
  EXPECT_EQ(verify(token).status, 400);
}

TEST_F(AuthVerifyEmail, AnAddressThatIsNotConfirmedIsToldNothingOfTheNewOne) {
  add_user({.is_verified = false});
  EXPECT_EQ(verify(want("new@example.com")).status, 200);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE kind = 'email_changed'"), "0")
      << "it may be a stranger's, by a slip of the pen";
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_recovery_tokens WHERE purpose = 'undo'"), "0");
  EXPECT_EQ(is_verified(), "1");
}

TEST_F(AuthVerifyEmail, WhoeverGetsTheAddressFirstKeepsIt) {
  set("REGISTRATION", "open");
  add_user();
  const std::string token = want("new@example.com");
  EXPECT_EQ(
      post("users_register", json_object({{"email", "new@example.com"}, {"username", "new"}, {"password", kPassword}}))
          .status,
      201);
  EXPECT_EQ(verify(token).status, 409);
  EXPECT_EQ(email_of(), "ann@example.com");
  EXPECT_EQ(verify(token).status, 400);
}

TEST_F(AuthVerifyEmail, OfTwoAccountsThatWantOneAddressOneGetsIt) {
  add_user();
  add_user({.username = "bob"});
  const std::string anns = want("new@example.com");
  EXPECT_EQ(ask_for_change("new@example.com", "bob").status, 202);
  const std::string bobs = mailed("change_email");
  EXPECT_NE(anns, bobs);
  const auto answers = in_parallel(2, [&](WebHead& head, int i) {
    return head.send("auth_verify_email", verify_call(i == 0 ? anns : bobs, kPassword));
  });
  EXPECT_EQ(answers[0].status + answers[1].status, 200 + 409) << answers[0].body << answers[1].body;
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_users WHERE email = 'new@example.com'"), "1");
}

TEST_F(AuthVerifyEmail, InEveryOrderTheNewestChangeIsGoodAndNoneAfterAnotherPassword) {
  struct Case {
    std::vector<const char*> steps;
    bool first_is_good;
    bool second_is_good;
  };
  const std::vector<Case> cases{
      {{"1"}, true, false},
      {{"1", "2"}, false, true},
      {{"1", "c"}, false, false},
      {{"1", "2", "c"}, false, false},
      {{"1", "c", "2"}, false, true},
      {{"1", "r"}, false, false},
      {{"1", "r", "2"}, false, true},
      {{"1", "u1", "2"}, false, true},
      {{"1", "2", "u1"}, false, true},
      {{"1", "2", "u2"}, false, false},
  };
  int n = 0;
  for (const Case& c : cases) {
    std::string trace;
    for (const char* step : c.steps) trace += std::string(step) + " ";
    for (const bool looks_at_second : {false, true}) {
      SCOPED_TRACE(trace + (looks_at_second ? "second" : "first"));
      const std::string name = "user" + std::to_string(++n);
      add_user({.username = name});
      std::string password = kPassword;
      std::string tokens[2] = {"none", "none"};
      for (const std::string step : c.steps) {
        clock.advance(seconds(61));
        if (step == "1" || step == "2") {
          const std::string access = sign(password, name).text("access_token");
          EXPECT_EQ(
              send("users_me", json_object({{"email", name + step + "@new.example.com"}}).by("PUT").bearing(access))
                  .status,
              202);
          tokens[step == "2"] = mailed("change_email");
        } else if (step == "c") {
          const std::string access = sign(password, name).text("access_token");
          EXPECT_EQ(post("auth_change_password",
                         json_object({{"current_password", password}, {"new_password", kThird}}).bearing(access))
                        .status,
                    200);
          password = kThird;
        } else if (step == "r") {
          EXPECT_EQ(forgot(name + "@example.com").status, 202);
          EXPECT_EQ(reset(mailed("reset_password"), kThird).status, 200);
          password = kThird;
        } else {
          verify(tokens[step == "u2"], password);
        }
      }
      const std::string& token = tokens[looks_at_second];
      EXPECT_EQ(verify(token, password).status, (looks_at_second ? c.second_is_good : c.first_is_good) ? 200 : 400);
    }
  }
}

}  // namespace
}  // namespace gatehouse::test
