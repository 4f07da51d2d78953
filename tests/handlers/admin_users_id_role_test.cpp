// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "auth/administration/administration.h"
#include "support/administration_world.h"

namespace gatehouse::test {
namespace {

class AdminUsersIdRole : public AdministrationWorld {
 protected:
  static Call put(const std::string& id, const std::string& role) {
    return json_object({{"role", role}}).by("PUT").at("/users/" + id + "/role");
  }
  static Call put_in_query(const std::string& id, const std::string& query) {
    return Call{}.by("PUT").at("/users/" + id + "/role?" + query);
  }
};

TEST_F(AdminUsersIdRole, IsGivenFromAboveAndNotBeyond) {
  const char* changed = "gh_audit +1, gh_user_counts ~2, gh_users ~1";
  play("admin_users_id_role",
       {{"by an admin", "ada", put("5", "moderator"), 200, "gh_audit +1, gh_user_counts +1 ~1, gh_users ~1",
         "role_changed user=5 by=2 session address=10.0.0.1 \"user -> moderator\"\n"},
        {"the same again is no change", "ada", put("5", "moderator"), 200},
        {"in the query", "ada", put_in_query("5", "new_role=user"), 200, changed,
         "role_changed user=5 by=2 session address=10.0.0.1 \"moderator -> user\"\n"},
        {"in the query by its other name", "ada", put_in_query("5", "role=user"), 200},
        {"one's own place", "ada", put("5", "admin"), 200, "gh_audit +1, gh_user_counts +1 ~1, gh_users ~1",
         "role_changed user=5 by=2 session address=10.0.0.1 \"user -> admin\"\n"},
        {"from another admin", "al", put("5", "user"), 200, changed,
         "role_changed user=5 by=3 session address=10.0.0.1 \"admin -> user\"\n"},
        {"super_admin, by an admin", "ada", put("5", "super_admin"), 403},
        {"super_admin, by a super_admin", "root", put("5", "super_admin"), 403},
        {"super_admin, to nobody", "ada", put("99", "super_admin"), 403},
        {"a super_admin's, by an admin", "ada", put("1", "user"), 403},
        {"one's own, up", "ada", put("2", "super_admin"), 400},
        {"one's own, down", "ada", put("2", "user"), 400},
        {"a super_admin's own", "root", put("1", "user"), 400},
        {"nobody's", "ada", put("99", "user"), 404},
        {"by a moderator", "max", put("5", "moderator"), 403},
        {"by a moderator, to themselves", "max", put("4", "admin"), 403},
        {"by a user, to themselves", "bob", put("5", "admin"), 403}});
}

TEST_F(AdminUsersIdRole, ARoleThatIsNoneIsNamed) {
  for (const char* role : {"emperor", "ADMIN", "admin ", "user\n", "' OR 1=1 -- ", "\xc3\xbc", "admin,user"}) {
    const Answer answer = ask("admin_users_id_role", "ada", put("5", role));
    EXPECT_EQ(answer.status, 422) << role;
    EXPECT_EQ(answer.wrong_fields(), "role") << role;
  }
  EXPECT_EQ(ask("admin_users_id_role", "ada", json_text("{}").by("PUT").at("/users/5/role")).wrong_fields(), "role");
  EXPECT_EQ(ask("admin_users_id_role", "ada", put_in_query("5", "")).wrong_fields(), "role");
  EXPECT_EQ(ask("admin_users_id_role", "ada", put_in_query("5", "role=user&new_role=admin")).wrong_fields(), "role");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AdminUsersIdRole, NoRoleAboveOnesOwnPlaceIsGiven) {
  sql("INSERT INTO gh_roles (name, place) VALUES ('chief', 350), ('deputy', 250)");
  clock.advance(seconds(1));
  play("admin_users_id_role", {{"above", "ada", put("5", "chief"), 403}});
  EXPECT_EQ(ask("admin_users_id_role", "ada", put("5", "deputy")).status, 200);
  EXPECT_EQ(ask("admin_users_id_role", "root", put("5", "chief")).status, 200);
  play("admin_users_id_role", {{"from above", "ada", put("5", "user"), 403}});
}

TEST_F(AdminUsersIdRole, OddIdsAreNobody) {
  expect_odd_ids_refused("admin_users_id_role", json_text(R"({"role":"user"})").by("PUT"), "/role");
}

TEST_F(AdminUsersIdRole, NobodyPromotesThemselvesByAnyFieldOrPath) {
  struct Try {
    const char* endpoint;
    Call call;
  };
  const auto json = [](const char* method, const char* uri, const char* body) {
    return json_text(body).by(method).at(uri);
  };
  const Try tries[] = {
      {"users_me", json("PUT", "/api/v1/users/me", R"({"role":"admin"})")},
      {"users_me", json("PUT", "/api/v1/users/me", R"({"full_name":"x","role":"admin"})")},
      {"users_me", json("PUT", "/api/v1/users/me", R"({"is_verified":true})")},
      {"users_me", json("PUT", "/api/v1/users/me", R"({"id":1})")},
      {"admin_users_id", json("PATCH", "/api/v1/admin/users/5", R"({"role":"admin"})")},
      {"admin_users_id", json("PATCH", "/api/v1/admin/users/me", R"({"role":"admin"})")},
      {"admin_users_id_role", json("PUT", "/api/v1/admin/users/5/role", R"({"role":"admin"})")},
      {"admin_users_id_role", json("PUT", "/api/v1/admin/users/05/role", R"({"role":"admin"})")},
      {"admin_users_id_role", json("PUT", "/api/v1/admin/users/+5/role", R"({"role":"admin"})")},
      {"admin_users_id_role", json("PUT", "/api/v1/admin/users/5/role?new_role=admin", R"({"role":"user"})")},
      {"admin_users_id_role", Call{}.by("PUT").at("/api/v1/admin/users/5/role?new_role=super_admin")},
      {"users_register", json("POST", "/api/v1/users/register",
                              R"({"email":"n@example.com","password":"Correct-Horse-1","role":"admin"})")},
      {"api_keys_generate", json("POST", "/api/v1/api-keys/generate", R"({"scopes":["admin"]})")},
      {"auth_refresh", json("POST", "/api/v1/auth/refresh", R"({"refresh_token":"x","scope":"admin","role":"admin"})")},
  };
  for (const char* who : {"bob", "max"}) {
    for (const Try& each : tries) {
      const Answer answer = send(each.endpoint, Call(each.call).bearing(token(who)));
      EXPECT_GE(answer.status, 400) << who << " " << each.call.uri << answer.body;
    }
  }
  EXPECT_EQ(value("SELECT GROUP_CONCAT(role ORDER BY id) FROM gh_users"),
            "super_admin,admin,admin,moderator,user,user");
  // A leading zero is the same person: an admin's own place stays their own by every spelling.
  for (const char* self : {"2", "02", "0000000000000000002"}) {
    EXPECT_EQ(ask("admin_users_id_role", "ada", put(self, "user")).status, 400) << self;
  }
}

TEST_F(AdminUsersIdRole, ADemotedAdminsLiveTokenLosesItAtOnce) {
  EXPECT_EQ(ask("admin_users", "al", "/users").status, 200);
  EXPECT_EQ(ask("admin_users_id_role", "ada", put("3", "user")).status, 200);
  EXPECT_EQ(ask("admin_users", "al", "/users").status, 403);
  EXPECT_EQ(ask("admin_users_id_role", "al", put("5", "moderator")).status, 403);
  EXPECT_EQ(get("users_me", bearer(token("al"))).text("role"), "user");
  const Answer refreshed = log_in("al");
  EXPECT_EQ(refreshed.text("scope").find("admin"), std::string::npos);
}

TEST_F(AdminUsersIdRole, NoApiKeyGivesRoles) {
  const std::string key = api_key("ada", {{"scopes", "admin users:write"}});
  const Answer answer = send("admin_users_id_role",
                             json_text(R"({"role":"admin"})").keyed(key).by("PUT").at("/api/v1/admin/users/5/role"));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(value("SELECT role FROM gh_users WHERE id = 5"), "user");
}

TEST_F(AdminUsersIdRole, TwoAdminsAtOnceTakeTurns) {
  const char* roles[] = {"moderator", "admin", "user"};
  const auto answers = in_parallel(9, [&](WebHead& head, int i) {
    return head.send("admin_users_id_role",
                     put("5", roles[i % 3]).at("/api/v1/admin/users/5/role").bearing(token(i % 2 == 0 ? "ada" : "al")));
  });
  for (const Answer& answer : answers) EXPECT_EQ(answer.status, 200) << answer.body;
  // Each change begins where the one before it ended.
  std::string role = "user";
  for (const auto& row : admin.query("SELECT detail FROM gh_audit WHERE event = 'role_changed' ORDER BY id")) {
    EXPECT_TRUE(row[0].starts_with(role + " -> ")) << row[0] << " from " << role;
    role = row[0].substr(row[0].rfind(' ') + 1);
  }
  EXPECT_EQ(value("SELECT role FROM gh_users WHERE id = 5"), role);
  EXPECT_EQ(
      value("SELECT COUNT(*) FROM (SELECT role, SUM(users) AS kept FROM gh_user_counts GROUP BY role) c WHERE kept <>"
            " (SELECT COUNT(*) FROM gh_users u WHERE u.role = c.role)"),
      "0");
}

TEST_F(AdminUsersIdRole, TwoAdminsWhoDemoteEachOtherAtOnceLeaveWhatTheAnswersSaid) {
  const Call down = json_object({{"role", "user"}}).by("PUT");
  const auto answers = in_parallel(2, [&](WebHead& head, int i) {
    const std::string other = i == 0 ? "3" : "2";
    return head.send("admin_users_id_role",
                     Call(down).at("/api/v1/admin/users/" + other + "/role").bearing(token(i == 0 ? "ada" : "al")));
  });
  EXPECT_TRUE(answers[0].status == 200 || answers[1].status == 200);
  EXPECT_EQ(value("SELECT role FROM gh_users WHERE id = 3"), answers[0].status == 200 ? "user" : "admin");
  EXPECT_EQ(value("SELECT role FROM gh_users WHERE id = 2"), answers[1].status == 200 ? "user" : "admin");
}

TEST_F(AdminUsersIdRole, OfTheLastTwoSuperAdminsOneStays) {
  const std::int64_t rex = add_user({.username = "rex", .role = "super_admin"});
  const std::string other = access_token("rex");
  const auto answers = in_parallel(2, [&](WebHead& head, int i) {
    return head.send("users_me", bearer(i == 0 ? token("root") : other).by("DELETE"));
  });
  EXPECT_EQ(answers[0].status + answers[1].status, 200 + 409);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_users WHERE role = 'super_admin' AND is_active = 1"), "1");
  EXPECT_EQ(rex, 7);
}

}  // namespace
}  // namespace gatehouse::test
