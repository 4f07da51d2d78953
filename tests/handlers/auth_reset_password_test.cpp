// SPDX-License-Identifier: Apache-2.0
#include "auth/administration/administration.h"
#include "support/commands.h"
#include "support/recovery_world.h"

namespace gatehouse::test {
namespace {

class AuthResetPassword : public RecoveryWorld {
 protected:
  // As a verified or an unverified account has it when somebody else prepared it.
  void prepare_everything() {
    api_key("ann", {{"name", "backup"}});
    sql("INSERT INTO gh_totp (user_id, sealed_seed, created_at, confirmed_at) VALUES (1, 'seed', 0, 1)");
    sql("INSERT INTO gh_recovery_codes (user_id, hash, created_at) VALUES (1, REPEAT('h', 32), 0)");
  }
  std::string live_keys() { return value("SELECT COUNT(*) FROM gh_api_keys WHERE revoked_at IS NULL"); }
  std::string factors() {
    return value("SELECT (SELECT COUNT(*) FROM gh_totp) + (SELECT COUNT(*) FROM gh_recovery_codes)");
  }
};

TEST_F(AuthResetPassword, TheNewPasswordIsTheOnlyOneAndEverySessionEnds) {
  add_user();
  const Answer login = log_in();
  const std::string token = forget();
  changes();
  const Answer answer = reset(token);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body, R"({"detail":"password set; log in with it","api_keys":[]})");
  EXPECT_EQ(answer.header("Set-Cookie"), "") << "nobody is logged in by it";
  EXPECT_EQ(audit(), "password_reset user=1 address=10.0.0.1 \"by mail\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_outbox +1, gh_passwords ~1, gh_recovery_tokens ~1, gh_sessions ~1");
  EXPECT_NE(mail().find("password_reset user=1 {}\n"), std::string::npos);
  EXPECT_EQ(get("users_me", bearer(login.text("access_token"))).status, 401);
  EXPECT_EQ(post("auth_refresh", json_object({{"refresh_token", login.text("refresh_token")}})).status, 401);
  EXPECT_EQ(sign(kPassword).status, 401);
  EXPECT_EQ(sign(kNew).status, 200);
}

TEST_F(AuthResetPassword, EveryTokenThatIsNotGoodIsRefusedInTheSameWords) {
  add_user();
  add_user({.username = "gone"});
  const std::string used = forget();
  EXPECT_EQ(reset(used).status, 200);
  const std::string older = forget();
  forget();
  forgot("gone@example.com");
  const std::string of_somebody_gone = mailed("reset_password");
  sql("UPDATE gh_users SET is_active = 0 WHERE username = 'gone'");
  std::string body;
  for (const std::string& token : {std::string("x"), std::string(43, 'A'), used, older, of_somebody_gone,
                                   used.substr(0, 42), older + "A", sign(kNew).text("access_token").substr(0, 90)}) {
    if (token.empty()) continue;
    changes();
    const Answer answer = reset(token);
    EXPECT_EQ(answer.status, 400) << token;
    if (body.empty()) body = answer.body;
    EXPECT_EQ(answer.body, body) << token;
    EXPECT_EQ(changes(), "nothing") << token;
    EXPECT_EQ(statements(), std::vector<std::string>{"recovery.find_recovery"}) << "nobody makes us hash for nothing";
  }
}

TEST_F(AuthResetPassword, ATokenIsGoodForAnHour) {
  add_user();
  const std::string token = forget();
  clock.advance(hours(1) - milliseconds(1));
  EXPECT_EQ(reset(token, "weak").status, 422) << "a weak password does not use it up";
  EXPECT_EQ(reset(token, "all-lower-case").status, 422);
  clock.advance(milliseconds(1));
  EXPECT_EQ(reset(token).status, 400);
  const std::string next = forget();
  clock.advance(hours(1) - milliseconds(1));
  EXPECT_EQ(reset(next).status, 200);
}

// What is done in turn, each word one step; and which of two tokens is good at the end. "1", "2": ask for one; "c":
// change the password; "m": move to another address; "o": the operator sets a password; "d": deactivate and activate;
// "u1": use the first.
TEST_F(AuthResetPassword, InEveryOrderTheNewestIsGoodAndNoneAfterAChange) {
  struct Case {
    std::vector<const char*> steps;
    bool first_is_good;
    bool second_is_good;
  };
  const std::vector<Case> cases{
      {{"1"}, true, false},
      {{"1", "2"}, false, true},
      {{"1", "c"}, false, false},
      {{"1", "m"}, false, false},
      {{"1", "o"}, false, false},
      {{"1", "d"}, false, false},
      {{"1", "2", "c"}, false, false},
      {{"1", "2", "m"}, false, false},
      {{"1", "2", "o"}, false, false},
      {{"1", "c", "2"}, false, true},
      {{"1", "m", "2"}, false, true},
      {{"1", "o", "2"}, false, true},
      {{"1", "d", "2"}, false, true},
      {{"1", "u1"}, false, false},
      {{"1", "u1", "2"}, false, true},
      {{"1", "2", "u1"}, false, true},
      {{"1", "c", "u1", "2"}, false, true},
      {{"c", "1", "m", "2", "o"}, false, false},
  };
  int n = 0;
  for (const Case& c : cases) {
    std::string trace;
    for (const char* step : c.steps) trace += std::string(step) + " ";
    // Each token is looked at as it would be if nobody had looked at the other.
    for (const bool looks_at_second : {false, true}) {
      SCOPED_TRACE(trace + (looks_at_second ? "second" : "first"));
      const std::string name = "user" + std::to_string(++n);
      add_user({.username = name});
      std::string email = name + "@example.com";
      std::string password = kPassword;
      std::string tokens[2] = {"none", "none"};
      for (const std::string step : c.steps) {
        clock.advance(seconds(61));
        if (step == "1" || step == "2") {
          EXPECT_EQ(forgot(email).status, 202);
          tokens[step == "2"] = mailed("reset_password");
        } else if (step == "c") {
          const std::string access = sign(password, name).text("access_token");
          EXPECT_EQ(post("auth_change_password",
                         json_object({{"current_password", password}, {"new_password", kThird}}).bearing(access))
                        .status,
                    200);
          password = kThird;
        } else if (step == "m") {
          const std::string access = sign(password, name).text("access_token");
          email = name + "@new.example.com";
          EXPECT_EQ(send("users_me", json_object({{"email", email}}).by("PUT").bearing(access)).status, 202);
          EXPECT_EQ(verify(mailed("change_email"), password).status, 200);
        } else if (step == "o") {
          const auto by = operators_occasion();
          const std::string id = value("SELECT id FROM gh_users WHERE username = '" + name + "'");
          password = kThird;
          EXPECT_TRUE(administration::set_password(by, UserId{std::stoll(id)}, name, Secret(kThird)));
        } else if (step == "d") {
          for (const char* way : {"deactivate", "activate"}) run_command({"user", way, name});
        } else {
          const bool was_good = reset(tokens[0], kNew).status == 200;
          if (was_good) password = kNew;
        }
      }
      const std::string& token = tokens[looks_at_second];
      EXPECT_EQ(reset(token).status, (looks_at_second ? c.second_is_good : c.first_is_good) ? 200 : 400);
      EXPECT_EQ(reset(token).status, 400) << "once";
    }
  }
}

TEST_F(AuthResetPassword, ATokenOfOnePurposeIsNoneOfAnother) {
  add_user({.is_verified = false});
  pause();
  EXPECT_EQ(post("auth_verify_email_request", json_object({{"email", "ann@example.com"}})).status, 202);
  const std::string verify_token = mailed("verify_email");
  const std::string change_token = want("new@example.com");
  const std::string reset_token = forget();
  for (const std::string& token : {verify_token, change_token}) {
    EXPECT_EQ(reset(token).status, 400);
    EXPECT_EQ(undo(token).status, 400);
  }
  EXPECT_EQ(verify(reset_token).status, 400);
  EXPECT_EQ(undo(reset_token).status, 400);
  EXPECT_EQ(verify(verify_token).status, 200);
  const std::string undo_token = move_to("other@example.com");
  EXPECT_EQ(reset(undo_token).status, 400);
  EXPECT_EQ(verify(undo_token).status, 400);
  EXPECT_EQ(undo(undo_token).status, 200);
}

TEST_F(AuthResetPassword, OfFiftyAtOnceOneWins) {
  add_user();
  const std::string token = forget();
  const auto answers = in_parallel({.calls = 50, .processes = 8}, [&](WebHead& head, int i) {
    return head.send("auth_reset_password", reset_call(token, kNew + std::to_string(i)));
  });
  int won = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].status != 200) {
      EXPECT_EQ(answers[i].status, 400) << answers[i].body;
      continue;
    }
    ++won;
    EXPECT_EQ(sign(kNew + std::to_string(i)).status, 200);
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'password_reset'"), "1");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE kind = 'password_reset'"), "1");
}

TEST_F(AuthResetPassword, TheLocksAreLifted) {
  add_user();
  for (int i = 0; i < 6; ++i) sign("Wrong-Horse-1");
  EXPECT_EQ(sign(kPassword).status, 401);
  EXPECT_EQ(reset(forget()).status, 200);
  EXPECT_EQ(sign(kNew).status, 200);
}

TEST_F(AuthResetPassword, OfAVerifiedAccountKeysAreListedAndEndWhenAskedForAndFactorsStay) {
  add_user();
  prepare_everything();
  const Answer kept = reset(forget());
  const std::string id =
      kept.json.find("api_keys") ? std::string(kept.json.find("api_keys")->items.at(0).string_of("id")) : "";
  EXPECT_EQ(id.size(), 22U) << kept.body;
  EXPECT_NE(kept.body.find(R"("name":"backup","prefix":"gh_)"), std::string::npos) << kept.body;
  EXPECT_EQ(live_keys(), "1");
  EXPECT_EQ(factors(), "2");
  const std::string token = forget();
  const Answer ended =
      send("auth_reset_password",
           json_text(R"({"token":")" + token + R"(","new_password":"Third-Horse-3","end_api_keys":true})").by("POST"));
  EXPECT_EQ(ended.body, R"({"detail":"password set; log in with it","api_keys":[]})");
  EXPECT_EQ(live_keys(), "0");
  EXPECT_EQ(factors(), "2") << "whoever reads the mail has not the second factor";
}

TEST_F(AuthResetPassword, AnAccountThatWasNeverVerifiedGoesOverToWhoHasTheMailboxEmpty) {
  add_user();  // by somebody else, for ann's address
  const Answer theirs = log_in();
  sql("UPDATE gh_users SET is_verified = 0");
  const std::string change = want("thief@example.com");
  prepare_everything();
  const std::string token = forget();
  changes();
  EXPECT_EQ(reset(token).body, R"({"detail":"password set; log in with it","api_keys":[]})");
  EXPECT_EQ(audit(),
            "second_factor_removed user=1 address=10.0.0.1 \"with all of a never confirmed account\"\n"
            "email_verified user=1 address=10.0.0.1\npassword_reset user=1 address=10.0.0.1 \"by mail\"\n");
  EXPECT_EQ(live_keys(), "0");
  EXPECT_EQ(factors(), "0");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions WHERE ended_at IS NULL"), "0");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_known_addresses"), "0");
  EXPECT_EQ(value("SELECT is_verified FROM gh_users"), "1");
  EXPECT_EQ(get("users_me", bearer(theirs.text("access_token"))).status, 401);
  EXPECT_EQ(verify(change, kNew).status, 400) << "what they had under way is over";
  EXPECT_EQ(sign(kNew).status, 200);
}

TEST_F(AuthResetPassword, WhoHasNoPasswordYetGetsTheFirst) {
  add_user();
  sql("DELETE FROM gh_passwords");
  EXPECT_EQ(reset(forget()).status, 200);
  EXPECT_EQ(sign(kNew).status, 200);
}

TEST_F(AuthResetPassword, TheTokenIsOfTheAddressThatItWasMailedTo) {
  add_user();
  const std::string token = forget();
  // As where the address changes between the look at the account and the unit that puts the token.
  sql("UPDATE gh_users SET email = 'other@example.com', email_key = 'other@example.com'");
  EXPECT_EQ(reset(token).status, 400);
}

TEST_F(AuthResetPassword, TheOperatorMakesATokenThatConfirmsNoAddress) {
  set("MAIL_FROM", "");
  add_user({.is_verified = false});
  const Said said = run_command({"user", "password-reset-link", "ann"});
  EXPECT_EQ(said.status, 0) << said.err;
  const std::string token = said.out.substr(0, said.out.find('\n'));
  EXPECT_EQ(said.out, token + "\n");
  EXPECT_EQ(value("SELECT CONCAT_WS(' ', event, user_id, detail) FROM gh_audit ORDER BY id DESC LIMIT 1"),
            "password_reset_requested 1 by the operator");
  // The command runs by the real clock.
  sql("UPDATE gh_recovery_tokens SET expires_at = " + std::to_string(to_millis(clock.now() + hours(1))));
  sql("INSERT INTO gh_totp (user_id, sealed_seed, created_at, confirmed_at) VALUES (1, 'x', 0, 0)");
  EXPECT_EQ(reset(token).status, 200);
  EXPECT_EQ(value("SELECT is_verified FROM gh_users"), "0");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_totp"), "1") << "it proves no mailbox, and skips no factor";
  EXPECT_EQ(reset(token).status, 400);
  Config config = basic_config();
  config["PAGE_RESET_URL"] = "https://auth.example.com/reset";
  const Said link = run_command({"user", "password-reset-link", "ann@example.com"}, config);
  const std::string next = link.out.substr(0, link.out.find('\n'));
  EXPECT_EQ(link.out, next + "\nhttps://auth.example.com/reset#token=" + next + "\n");
  sql("UPDATE gh_users SET is_service = 1");
  EXPECT_EQ(run_command({"user", "password-reset-link", "ann"}).status, 1);
}

}  // namespace
}  // namespace gatehouse::test
