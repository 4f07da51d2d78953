// SPDX-License-Identifier: Apache-2.0
#include "support/administration_world.h"
#include "support/commands.h"
#include "support/factor.h"

namespace gatehouse::test {
namespace {

class AdminUsersIdTotp : public AdministrationWorld {
 protected:
  AdminUsersIdTotp() {
    for (const int user : {1, 3, 5, 6}) {
      for (const std::string& statement : factor_of(user)) sql(statement);
    }
  }
  static Call remove(const std::string& id) { return Call{}.by("DELETE").at("/users/" + id + "/totp"); }
};

TEST_F(AdminUsersIdTotp, TakesALostFactorAwayOnRecordAndWithAllSessions) {
  play("admin_users_id_totp",
       {{"by an admin", "ada", remove("5"), 200, "gh_audit +1, gh_recovery_codes -2, gh_sessions ~1, gh_totp -1",
         "second_factor_removed user=5 by=2 session address=10.0.0.1\n"},
        {"there is none any more", "ada", remove("5"), 200},
        {"by a moderator", "max", remove("6"), 403},
        {"by a user", "eve", remove("5"), 403},
        {"one's own", "al", remove("3"), 400},
        {"a super_admin's", "ada", remove("1"), 403},
        {"nobody's", "ada", remove("99"), 404}});
  EXPECT_EQ(get("users_me", bearer(token("bob"))).status, 401);
  EXPECT_EQ(log_in("bob").status, 200) << "the password is enough";
}

TEST_F(AdminUsersIdTotp, TheOwnerIsToldByMail) {
  set("MAIL_FROM", "auth@example.com");
  EXPECT_EQ(ask("admin_users_id_totp", "ada", remove("5")).status, 200);
  EXPECT_EQ(mail(), "factor_removed user=5 {}\n");
}

TEST_F(AdminUsersIdTotp, TakesAFreshLogin) {
  clock.advance(minutes(11));
  EXPECT_EQ(ask("admin_users_id_totp", "ada", remove("5")).status, 401);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_totp WHERE user_id = 5"), "1");
}

TEST_F(AdminUsersIdTotp, OddIdsAreNobody) {
  expect_odd_ids_refused("admin_users_id_totp", Call{}.by("DELETE"), "/totp");
}

TEST_F(AdminUsersIdTotp, TheOperatorDoesItToAnybody) {
  EXPECT_EQ(run_command({"user", "remove-factor", "root"}).status, 0);
  EXPECT_EQ(audit(), "second_factor_removed user=1 address=\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_recovery_codes -2, gh_sessions ~1, gh_totp -1");
}

TEST_F(AdminUsersIdTotp, UnlockingForgetsGuessesAtTheFactorToo) {
  sql("UPDATE gh_totp SET last_step = 9000000000 WHERE user_id = 5");
  for (int i = 0; i < 5; ++i) {
    post("auth_token", form({{"username", "bob"}, {"password", kPassword}, {"otp", "999999"}}));
  }
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_throttle"), "2");
  EXPECT_EQ(ask("admin_users_id_unlock", "ada", Call{}.by("POST").at("/users/5/unlock")).status, 200);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_throttle"), "0");
}

}  // namespace
}  // namespace gatehouse::test
