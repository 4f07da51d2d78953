// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "auth/administration/administration.h"
#include "support/administration_world.h"

namespace gatehouse::test {
namespace {

class AdminUsersId : public AdministrationWorld {
 protected:
  static Call patch(const std::string& id, const char* body) { return json_text(body).by("PATCH").at("/users/" + id); }
  static Call remove(const std::string& id) { return Call{}.by("DELETE").at("/users/" + id); }
  static Call read(const std::string& id) { return Call{}.by("GET").at("/users/" + id); }
};

TEST_F(AdminUsersId, IsReadByThoseWhoMayReadAllUsers) {
  play("admin_users_id", {{"a super_admin", "root", read("5"), 200},
                          {"a moderator", "max", read("5"), 200},
                          {"a moderator, of a super_admin", "max", read("1"), 200},
                          {"oneself", "max", read("4"), 200},
                          {"a user", "bob", read("5"), 403},
                          {"a user, of nobody", "bob", read("99"), 403},
                          {"nobody", "max", read("99"), 404}});
  const Answer bob = ask("admin_users_id", "max", read("5"));
  EXPECT_EQ(bob.text("username"), "bob");
  EXPECT_EQ(bob.integer("id"), 5);
}

TEST_F(AdminUsersId, OddIdsAreNobody) {
  expect_odd_ids_refused("admin_users_id", Call{}.by("GET"), "");
  expect_odd_ids_refused("admin_users_id", json_text(R"({"is_verified":true})").by("PATCH"), "");
  expect_odd_ids_refused("admin_users_id", Call{}.by("DELETE"), "");
}

TEST_F(AdminUsersId, IsChangedFromAboveOnly) {
  const char* doubt = R"({"is_verified":false})";
  const char* on_bob = "user_updated user=5 by=2 session address=10.0.0.1 \"not verified\"\n";
  play("admin_users_id", {{"by an admin", "ada", patch("5", doubt), 200, "gh_audit +1, gh_users ~1", on_bob},
                          {"the same again is no change", "ada", patch("5", doubt), 200},
                          {"nothing is no change", "ada", patch("5", "{}"), 200},
                          {"null is left out", "ada", patch("5", R"({"is_active":null,"full_name":null})"), 200},
                          {"by a moderator", "max", patch("6", doubt), 403},
                          {"by a user", "bob", patch("6", doubt), 403},
                          {"another admin", "ada", patch("3", doubt), 200, "gh_audit +1, gh_users ~1",
                           "user_updated user=3 by=2 session address=10.0.0.1 \"not verified\"\n"},
                          {"oneself", "ada", patch("2", doubt), 400},
                          {"a super_admin, by an admin", "ada", patch("1", doubt), 403},
                          {"a super_admin, by themselves", "root", patch("1", doubt), 400},
                          {"nobody", "ada", patch("99", doubt), 404}});
  add_user({.username = "rex", .role = "super_admin"});
  play("admin_users_id", {{"a super_admin, by another", "root", patch("7", doubt), 403},
                          {"a super_admin's removal, by another", "root", remove("7"), 403}});
}

TEST_F(AdminUsersId, NobodyAboveOnesOwnPlaceIsChanged) {
  sql("INSERT INTO gh_roles (name, place) VALUES ('chief', 350)");
  sql("UPDATE gh_users SET role = 'chief' WHERE id = 5");
  clock.advance(seconds(1));
  play("admin_users_id", {{"above an admin", "ada", patch("5", R"({"is_active":false})"), 403},
                          {"their removal", "ada", remove("5"), 403}});
  sql("UPDATE gh_users SET role = 'of-no-map' WHERE id = 6");
  EXPECT_EQ(ask("admin_users_id", "ada", patch("6", R"({"is_active":false})")).status, 200)
      << "a role that is gone is above nobody";
}

TEST_F(AdminUsersId, AFieldThatIsNotAnAdministratorsToChangeIsRefused) {
  for (const char* body :
       {R"({"role":"admin"})", R"({"username":"x"})", R"({"email":"x@example.com"})", R"({"password":"x"})",
        R"({"id":7})", R"({"is_service":true})", R"({"is_active":"false"})", R"({"is_active":0})"}) {
    EXPECT_EQ(ask("admin_users_id", "ada", patch("5", body)).status, 422) << body;
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AdminUsersId, ADeactivationEndsSessionsAndKeysAtOnceAndAReturnBringsNoneBack) {
  const std::string key = api_key("bob");
  EXPECT_EQ(get("users_me", with_key(key)).status, 200);
  changes();
  play("admin_users_id", {{"deactivated", "ada", patch("5", R"({"is_active":false,"full_name":"Gone"})"), 200,
                           "gh_api_keys ~1, gh_audit +2, gh_sessions ~2, gh_user_counts +1 ~1, gh_users ~1",
                           "account_deactivated user=5 by=2 session address=10.0.0.1\n"
                           "user_updated user=5 by=2 session address=10.0.0.1 \"full_name\"\n"}});
  EXPECT_EQ(get("users_me", bearer(token("bob"))).status, 401);
  EXPECT_EQ(get("users_me", with_key(key)).status, 401);
  EXPECT_EQ(post("auth_token", form({{"username", "bob"}, {"password", kPassword}})).status, 401);
  // A login that was under way may have begun its session behind the deactivation.
  sql("UPDATE gh_sessions SET ended_at = NULL WHERE user_id = 5");
  play("admin_users_id", {{"activated", "ada", patch("5", R"({"is_active":true})"), 200,
                           "gh_audit +1, gh_sessions ~2, gh_user_counts ~2, gh_users ~1",
                           "user_updated user=5 by=2 session address=10.0.0.1 \"activated\"\n"}});
  EXPECT_EQ(get("users_me", bearer(token("bob"))).status, 401);
  EXPECT_EQ(post("auth_token", form({{"username", "bob"}, {"password", kPassword}})).status, 200);
}

TEST_F(AdminUsersId, ADeletionTakesAllOfTheirsAndNothingOfOthers) {
  post("auth_token", form({{"username", "bob"}, {"password", "Wrong-Horse-1"}}));
  api_key("bob");
  api_key("eve");
  sql("INSERT INTO gh_groups (birth, name, created_at) VALUES ('g', 'writers', 0)");
  sql("INSERT INTO gh_group_members (user_id, group_id, added_at) VALUES (5, 1, 0), (6, 1, 0)");
  sql("INSERT INTO gh_posts (birth, owner_id, title, body, created_at, updated_at) VALUES ('a', 5, '', '', 0, 0),"
      " ('b', 5, '', '', 0, 0), ('c', 6, '', '', 0, 0)");
  play("admin_users_id",
       {{"deleted", "ada", remove("5"), 200,
         "gh_api_keys -1, gh_audit +1, gh_group_members -1, gh_known_addresses -1, gh_passwords -1, gh_posts -2,"
         " gh_sessions -2, gh_throttle -1, gh_user_counts ~1, gh_users -1",
         "user_deleted user=5 by=2 session address=10.0.0.1\n"},
        {"once", "ada", remove("5"), 404}});
  EXPECT_EQ(get("users_me", bearer(token("bob"))).status, 401);
  EXPECT_EQ(post("auth_token", form({{"username", "bob"}, {"password", kPassword}})).status, 401);
  EXPECT_EQ(get("users_me", bearer(token("eve"))).status, 200);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE user_id = 5 AND event = 'user_registered'"), "1");
  EXPECT_EQ(add_user({.username = "bob"}), 7) << "the name is free, the id is not used again";
}

TEST_F(AdminUsersId, ADeletionTakesAFreshLoginOfSomebodyWhoMay) {
  play("admin_users_id", {{"a moderator", "max", remove("5"), 403},
                          {"a user", "bob", remove("6"), 403},
                          {"a user, of themselves", "bob", remove("5"), 403},
                          {"oneself", "ada", remove("2"), 400},
                          {"a super_admin", "ada", remove("1"), 403},
                          {"the last super_admin, by themselves", "root", remove("1"), 400},
                          {"nobody", "ada", remove("99"), 404}});
  clock.advance(minutes(11));
  const Answer stale = ask("admin_users_id", "ada", remove("5"));
  EXPECT_EQ(stale.status, 401);
  EXPECT_NE(stale.header("WWW-Authenticate").find("insufficient_user_authentication"), std::string::npos);
}

TEST_F(AdminUsersId, AnApiKeyReadsAndDoesNotWrite) {
  const std::string key = api_key("ada", {{"scopes", "users:read users:write admin"}});
  EXPECT_EQ(send("admin_users_id", with_key(key).by("GET").at("/api/v1/admin/users/5")).status, 200);
  const std::string before = value("SELECT CONCAT(is_active, is_verified, updated_at) FROM gh_users WHERE id = 5");
  EXPECT_EQ(
      send("admin_users_id", json_text(R"({"is_verified":true})").keyed(key).by("PATCH").at("/api/v1/admin/users/5"))
          .status,
      401);
  EXPECT_EQ(send("admin_users_id", with_key(key).by("DELETE").at("/api/v1/admin/users/5")).status, 401);
  EXPECT_EQ(value("SELECT CONCAT(is_active, is_verified, updated_at) FROM gh_users WHERE id = 5"), before);
}

TEST_F(AdminUsersId, TwoAdminsAtOnceTakeTurns) {
  const auto answers = in_parallel(8, [&](WebHead& head, int i) {
    const char* who = i % 2 == 0 ? "ada" : "al";
    const char* body = i % 2 == 0 ? R"({"is_active":false})" : R"({"is_active":true})";
    return head.send("admin_users_id", json_text(body).by("PATCH").at("/api/v1/admin/users/5").bearing(token(who)));
  });
  for (const Answer& answer : answers) EXPECT_EQ(answer.status, 200) << answer.body;
  // Each record of one is followed by one of the other: nothing was done to what was no longer so.
  const auto events = admin.query("SELECT event FROM gh_audit WHERE user_id = 5 AND actor_id IS NOT NULL ORDER BY id");
  ASSERT_FALSE(events.empty());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i][0], i % 2 == 0 ? "account_deactivated" : "user_updated");
  }
  EXPECT_EQ(value("SELECT is_active FROM gh_users WHERE id = 5"), events.size() % 2 == 0 ? "1" : "0");
  EXPECT_EQ(value("SELECT CAST(SUM(users) AS SIGNED) FROM gh_user_counts WHERE is_active = 0"),
            events.size() % 2 == 0 ? "0" : "1");
}

TEST_F(AdminUsersId, OfManyDeletionsAtOnceOneIsOnRecord) {
  const auto answers = in_parallel(6, [&](WebHead& head, int i) {
    return head.send("admin_users_id",
                     Call{}.by("DELETE").at("/api/v1/admin/users/5").bearing(token(i % 2 == 0 ? "ada" : "al")));
  });
  for (const Answer& answer : answers) EXPECT_TRUE(answer.status == 200 || answer.status == 404) << answer.body;
  EXPECT_GE(std::count_if(answers.begin(), answers.end(), [](const Answer& a) { return a.status == 200; }), 1);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'user_deleted'"), "1");
  EXPECT_EQ(value("SELECT CAST(SUM(users) AS SIGNED) FROM gh_user_counts"), "5");
}

TEST_F(AdminUsersId, TheLastSuperAdminStaysWhoeverAsks) {
  const auto operators = administration::Administrator::the_operator();
  const auto deactivate = [&](std::int64_t id) {
    return administration::change(operators_occasion(), operators, UserId{id}, {.is_active = false});
  };
  EXPECT_EQ(deactivate(1).refusal().reason, Reason::conflict);
  EXPECT_EQ(administration::remove(operators_occasion(), operators, UserId{1}).refusal().reason, Reason::conflict);
  EXPECT_EQ(administration::change_role(operators_occasion(), operators, UserId{1}, "admin").refusal().reason,
            Reason::conflict);
  EXPECT_EQ(send("users_me", bearer(token("root")).by("DELETE")).status, 409);
  EXPECT_EQ(changes(), "nothing");
  ASSERT_TRUE(administration::change_role(operators_occasion(), operators, UserId{2}, "super_admin"));
  EXPECT_EQ(audit(), "role_changed user=2 address= \"admin -> super_admin\"\n");
  EXPECT_TRUE(deactivate(1));
  EXPECT_EQ(deactivate(2).refusal().reason, Reason::conflict) << "one who is not active is none";
}

}  // namespace
}  // namespace gatehouse::test
