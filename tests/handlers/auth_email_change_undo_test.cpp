// SPDX-License-Identifier: Apache-2.0
#include "support/recovery_world.h"

namespace gatehouse::test {
namespace {

// The enemy has ann's password and a session of hers, or later only her old mailbox.
using AuthEmailChangeUndo = RecoveryWorld;

TEST_F(AuthEmailChangeUndo, TheOldAddressIsBackAndNobodyIsIn) {
  add_user();
  const std::string token = move_to("thief@example.com");
  const Answer theirs = log_in();
  const std::string reset_of_theirs = [&] {
    EXPECT_EQ(forgot("thief@example.com").status, 202);
    return mailed("reset_password");
  }();
  const std::string change_of_theirs = want("other@example.com");
  clock.advance(hours(71));
  changes();
  const Answer answer = undo(token);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(audit(), "email_change_undone user=1 address=10.0.0.1\n");
  EXPECT_EQ(value("SELECT CONCAT_WS(' ', email, email_key, is_verified) FROM gh_users"),
            "ann@example.com ann@example.com 1");
  EXPECT_EQ(get("users_me", bearer(theirs.text("access_token"))).status, 401);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions WHERE ended_at IS NULL"), "0");
  EXPECT_EQ(sign(kPassword).status, 401) << "the thief knows it";
  EXPECT_EQ(reset(reset_of_theirs).status, 400);
  EXPECT_EQ(verify(change_of_theirs).status, 400);
  EXPECT_EQ(undo(token).status, 400) << "once";
  EXPECT_EQ(reset(mailed("reset_password")).status, 200) << "mailed to the old address in the same moment";
  EXPECT_EQ(sign(kNew, "ann@example.com").status, 200);
}

TEST_F(AuthEmailChangeUndo, AnotherPasswordOrAnotherChangeDoesNotTakeItAway) {
  add_user();
  const std::string token = move_to("thief@example.com");
  EXPECT_EQ(change_password(kPassword, kNew).status, 200);
  clock.advance(seconds(1));
  const std::string access = sign(kNew).text("access_token");
  EXPECT_EQ(send("users_me", json_object({{"email", "thief2@example.com"}}).by("PUT").bearing(access)).status, 202);
  EXPECT_EQ(verify(mailed("change_email"), kNew).status, 200);
  const std::string thiefs_own = mailed("email_changed");
  EXPECT_EQ(undo(token).status, 200);
  EXPECT_EQ(email_of(), "ann@example.com");
  EXPECT_EQ(undo(thiefs_own).status, 400) << "whoever came later has no say after it";
}

TEST_F(AuthEmailChangeUndo, TheOlderHasTheLastWord) {
  add_user();
  const std::string first = move_to("thief@example.com");
  const std::string second = move_to("thief2@example.com");
  EXPECT_EQ(undo(second).status, 200);
  EXPECT_EQ(email_of(), "thief@example.com");
  EXPECT_EQ(undo(first).status, 200);
  EXPECT_EQ(email_of(), "ann@example.com");
}

TEST_F(AuthEmailChangeUndo, NobodyElseGetsTheAddressMeanwhile) {
  set("REGISTRATION", "open");
  add_user();
  add_user({.username = "bob"});
  const std::string token = move_to("thief@example.com");
  const Fields fields{{"email", "ANN@example.com"}, {"username", "ann2"}, {"password", kPassword}};
  EXPECT_EQ(post("users_register", json_object(fields)).detail(), "email is taken");
  EXPECT_EQ(ask_for_change("ann@example.com", "bob").status, 202);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE kind = 'change_email' AND user_id = 2"), "0");
  EXPECT_EQ(undo(token).status, 200);
  EXPECT_EQ(email_of(), "ann@example.com");
}

TEST_F(AuthEmailChangeUndo, AfterThreeDaysTheAddressIsAnybodys) {
  set("REGISTRATION", "open");
  add_user();
  const std::string token = move_to("new@example.com");
  clock.advance(hours(72));
  EXPECT_EQ(undo(token).status, 400);
  const Fields fields{{"email", "ann@example.com"}, {"username", "ann2"}, {"password", kPassword}};
  EXPECT_EQ(post("users_register", json_object(fields)).status, 201);
}

TEST_F(AuthEmailChangeUndo, ASecondFactorStays) {
  add_user();
  const std::string token = move_to("new@example.com");
  sql("INSERT INTO gh_totp (user_id, sealed_seed, created_at, confirmed_at) VALUES (1, 'seed', 0, 1)");
  EXPECT_EQ(undo(token).status, 200);
  EXPECT_EQ(reset(mailed("reset_password")).status, 200);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_totp"), "1") << "who has only the old mailbox does not get past it";
}

TEST_F(AuthEmailChangeUndo, OfFiftyAtOnceOneWins) {
  add_user();
  const std::string token = move_to("new@example.com");
  const auto answers = in_parallel({.calls = 50, .processes = 8}, [&](WebHead& head, int) {
    return head.send("auth_email_change_undo", token_call(token));
  });
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const Answer& a) { return a.status == 200; }), 1);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'email_change_undone'"), "1");
}

TEST_F(AuthEmailChangeUndo, AnAccountThatIsSwitchedOffStaysAsItIs) {
  add_user();
  const std::string token = move_to("new@example.com");
  sql("UPDATE gh_users SET is_active = 0");
  EXPECT_EQ(undo(token).status, 400);
  sql("UPDATE gh_users SET is_active = 1");
  EXPECT_EQ(undo(token).status, 200);
}

}  // namespace
}  // namespace gatehouse::test
