// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "support/administration_world.h"

namespace gatehouse::test {
namespace {

class AdminDashboard : public AdministrationWorld {
 protected:
  Answer look() { return get("admin_dashboard", bearer(token("ada"))); }
};

TEST_F(AdminDashboard, SaysHowManyThereAreAndWhatWentOn) {
  ask("admin_users_id", "ada", json_text(R"({"is_active":false})").by("PATCH").at("/users/5"));
  for (int i = 0; i < 9; ++i) {
    post("auth_token", form({{"username", "stranger"}, {"password", "x"}}).from("10.0.9." + std::to_string(i)));
  }
  changes();
  EXPECT_EQ(look().body, R"({"total_users":6,"active_users":5,"inactive_users":1,)"
                         R"("users_by_role":{"admin":2,"moderator":1,"super_admin":1,"user":2},)"
                         R"("sessions_started_24h":6,"logins_24h":6,"login_failures_24h":9})");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AdminDashboard, AFloodIsCountedInFull) {
  for (int i = 0; i < 20; ++i) post("auth_token", form({{"username", "stranger"}, {"password", "x"}}));
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'login_failure'"), "5");
  EXPECT_EQ(look().integer("login_failures_24h"), 20);
}

TEST_F(AdminDashboard, ForgetsWhatIsOlderThanADayAndTenMinutes) {
  clock.advance(hours(24) - minutes(1));
  const std::string fresh = access_token("ada");
  const auto logins = [&] { return get("admin_dashboard", bearer(fresh)).integer("logins_24h"); };
  EXPECT_EQ(logins(), 7);
  clock.advance(minutes(11));
  EXPECT_EQ(logins(), 1);
}

TEST_F(AdminDashboard, EachLoginAndFailureIsTalliedByTheStatementThatCountsFloods) {
  // The flood's bucket and the tally's are one statement: a login is as many as before.
  access_token("bob");
  const auto& ran = head().statements;
  EXPECT_EQ(std::count(ran.begin(), ran.end(), "audit.count_and_tally"), 1);
  EXPECT_EQ(std::count(ran.begin(), ran.end(), "audit.count_event"), 0);
}

TEST_F(AdminDashboard, ManyLoginsAtOnceAreAllTallied) {
  const std::int64_t before = look().integer("logins_24h");
  in_parallel(10, [&](WebHead& head, int i) {
    const char* who = i % 2 == 0 ? "bob" : "eve";
    return head.send("auth_token",
                     form({{"username", who}, {"password", kPassword}}).from("10.0.5." + std::to_string(i)).by("POST"));
  });
  EXPECT_EQ(look().integer("logins_24h"), before + 10);
}

TEST_F(AdminDashboard, IsForThoseWhoMayViewTheAuditLog) {
  const Call call = Call{}.by("GET").at("/dashboard");
  play("admin_dashboard", {{"a super_admin", "root", call, 200},
                           {"an admin", "ada", call, 200},
                           {"a moderator", "max", call, 403},
                           {"a user", "bob", call, 403}});
  const std::string good = api_key("ada", {{"name", "good"}, {"scopes", "admin"}});
  const std::string weak = api_key("ada", {{"name", "weak"}, {"scopes", "users:read"}});
  EXPECT_EQ(get("admin_dashboard", with_key(good)).status, 200);
  EXPECT_EQ(get("admin_dashboard", with_key(weak)).status, 403);
}

}  // namespace
}  // namespace gatehouse::test
