// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

constexpr const char* kNew = "Another-Horse-2";

class AuthChangePassword : public World {
 protected:
  Answer change(const std::string& access, const std::string& current, const std::string& fresh) {
    return post("auth_change_password",
                json_object({{"current_password", current}, {"new_password", fresh}}).bearing(access));
  }
  int token(const std::string& password) {
    return post("auth_token", form({{"username", "ann"}, {"password", password}})).status;
  }
};

TEST_F(AuthChangePassword, EverySessionEndsAndTheNewPasswordIsTheOnlyOne) {
  add_user();
  const Answer one = log_in();
  const Answer two = log_in();
  EXPECT_EQ(change(one.text("access_token"), kPassword, kNew).status, 200);
  EXPECT_EQ(audit(), "password_changed user=1 session address=10.0.0.1\n");
  for (const Answer& login : {one, two}) {
    EXPECT_EQ(get("users_me", bearer(login.text("access_token"))).status, 401);
    EXPECT_EQ(post("auth_refresh", json_object({{"refresh_token", login.text("refresh_token")}})).status, 401);
  }
  EXPECT_EQ(token(kPassword), 401);
  EXPECT_EQ(token(kNew), 200);
}

TEST_F(AuthChangePassword, AWrongCurrentPasswordIsThrottledLikeALogin) {
  add_user();
  const std::string access = access_token();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(change(access, "wrong", kNew).status, 400);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'account_locked'"), "1");
  EXPECT_EQ(change(access, kPassword, kNew).status, 400) << "locked: the right one is not even tried";
  EXPECT_EQ(token(kPassword), 401) << "the same lock holds for logins";
  clock.advance(minutes(31));
  EXPECT_EQ(token(kPassword), 200);
}

TEST_F(AuthChangePassword, TheNewOneIsJudgedByThePolicy) {
  add_user();
  const std::string access = access_token();
  for (const char* weak : {"short", "alllowercase1", "Password123!ann"}) {
    EXPECT_EQ(change(access, kPassword, weak).status, 422) << weak;
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuthChangePassword, OfManyAtOnceOneWins) {
  add_user();
  const std::string access = access_token();
  const auto answers = in_parallel(8, [&](WebHead& head, int i) {
    return head.send("auth_change_password",
                     json_object({{"current_password", kPassword}, {"new_password", kNew + std::to_string(i)}})
                         .bearing(access)
                         .by("POST"));
  });
  int won = 0;
  for (const Answer& answer : answers) won += answer.status == 200 ? 1 : 0;
  EXPECT_EQ(won, 1);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'password_changed'"), "1");
}

}  // namespace
}  // namespace gatehouse::test
