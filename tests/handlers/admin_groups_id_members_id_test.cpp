// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "support/jwt.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

// ann administers, bob is an ordinary user.
class GroupMembers : public World {
 protected:
  GroupMembers() {
    ann = add_user({.role = "admin"});
    bob = add_user({.username = "bob"});
    token = access_token();
  }
  std::int64_t group(const std::string& name, const Fields& rights = {}) {
    Fields fields{{"name", name}};
    fields.insert(fields.end(), rights.begin(), rights.end());
    const Answer made = post("admin_groups", json_object(fields).bearing(token));
    EXPECT_EQ(made.status, 201) << made.body;
    changes();
    return made.integer("id");
  }
  Answer member(const char* method, std::int64_t group, std::int64_t user) {
    return send("admin_groups_id_members_id",
                bearer(token).by(method).at("/api/v1/admin/groups/" + std::to_string(group) + "/members/" +
                                            std::to_string(user)));
  }
  std::string groups_in_a_new_token_of(const std::string& username) {
    std::string names;
    const json::Value claims = claims_of(access_token(username));
    for (const auto& name : claims.find("groups")->items) names += name.text + " ";
    return names;
  }

  std::int64_t ann = 0;
  std::int64_t bob = 0;
  std::string token;
};

TEST_F(GroupMembers, JoinAndLeaveOnRecord) {
  const std::int64_t editors = group("editors");
  clock.advance(seconds(1));
  EXPECT_EQ(member("PUT", editors, bob).status, 200);
  EXPECT_EQ(audit(), "group_joined user=2 by=1 session address=10.0.0.1 \"editors\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_group_members +1, gh_users ~1");
  EXPECT_EQ(member("PUT", editors, bob).status, 200);
  EXPECT_EQ(changes(), "nothing") << "they were in it already";
  clock.advance(seconds(1));
  EXPECT_EQ(member("DELETE", editors, bob).status, 200);
  EXPECT_EQ(audit(), "group_left user=2 by=1 session address=10.0.0.1 \"editors\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_group_members -1, gh_users ~1");
  EXPECT_EQ(member("DELETE", editors, bob).status, 200);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(GroupMembers, StandInNewTokens) {
  const std::int64_t editors = group("editors");
  const std::int64_t authors = group("Authors");
  EXPECT_EQ(groups_in_a_new_token_of("bob"), "");
  member("PUT", editors, bob);
  EXPECT_EQ(groups_in_a_new_token_of("bob"), "editors ");
  member("PUT", authors, bob);
  const std::string both = groups_in_a_new_token_of("bob");
  EXPECT_TRUE(both == "editors authors " || both == "authors editors ") << both;
  member("DELETE", editors, bob);
  EXPECT_EQ(groups_in_a_new_token_of("bob"), "authors ");
}

// The token that was minted with everything in it loses what the group gave with the very next request.
TEST_F(GroupMembers, GiveTheirRightsAtOnceAndLoseThemAtOnce) {
  const std::int64_t helpers = group("helpers", {{"permissions", "manage:roles"}, {"scopes", "admin"}});
  clock.advance(seconds(2));
  const std::string before = access_token("bob");
  EXPECT_EQ(get("admin_groups", bearer(before)).status, 403);
  member("PUT", helpers, bob);
  EXPECT_EQ(get("admin_groups", bearer(before)).status, 403) << "a token's scopes never grow";
  const std::string after = access_token("bob");
  EXPECT_EQ(get("admin_groups", bearer(after)).status, 200);
  member("DELETE", helpers, bob);
  EXPECT_EQ(get("admin_groups", bearer(after)).status, 403);
  EXPECT_EQ(get("users_me", bearer(after)).status, 200) << "what the role gives stays";
}

TEST_F(GroupMembers, HaveRoleAndGroupsTogether) {
  const std::int64_t one = group("one", {{"scopes", "users:read"}});
  const std::int64_t two = group("two", {{"scopes", "posts:delete"}});
  member("PUT", one, bob);
  member("PUT", two, bob);
  clock.advance(seconds(2));
  EXPECT_EQ(claims_of(access_token("bob")).string_of("scope"),
            "profile:read profile:write posts:read posts:write posts:delete users:read");
}

TEST_F(GroupMembers, FeelNewRightsOfTheirGroupWithinASecond) {
  const std::int64_t helpers = group("helpers", {{"permissions", "manage:roles"}, {"scopes", "admin"}});
  member("PUT", helpers, bob);
  clock.advance(seconds(1));
  const std::string live = access_token("bob");
  EXPECT_EQ(get("admin_groups", bearer(live)).status, 200);
  sql("DELETE FROM gh_group_rights WHERE word = 'manage:roles'");
  clock.advance(milliseconds(999));
  EXPECT_EQ(get("admin_groups", bearer(live)).status, 200) << "as this process knew it";
  clock.advance(milliseconds(1));
  const Answer refused = get("admin_groups", bearer(live));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.detail(), "needs permission manage:roles");
}

TEST_F(GroupMembers, OfAGroupThatIsGoneHaveNothingOfIt) {
  const std::int64_t helpers = group("helpers", {{"permissions", "manage:roles"}, {"scopes", "admin"}});
  member("PUT", helpers, bob);
  clock.advance(seconds(1));
  const std::string live = access_token("bob");
  EXPECT_EQ(get("admin_groups", bearer(live)).status, 200);
  sql("DELETE FROM gh_groups");
  EXPECT_EQ(get("admin_groups", bearer(live)).status, 403);
  EXPECT_EQ(groups_in_a_new_token_of("bob"), "");
}

TEST_F(GroupMembers, NobodyAndNowhereIs404) {
  const std::int64_t editors = group("editors");
  for (const char* method : {"PUT", "DELETE"}) {
    EXPECT_EQ(member(method, editors, 99).detail(), "there is no such user");
    EXPECT_EQ(member(method, editors + 1, bob).detail(), "there is no such group");
    EXPECT_EQ(member(method, INT64_MAX, INT64_MAX).status, 404);
    for (const char* bad : {"0", "-1", "9223372036854775808", "18446744073709551616", "x", "%31,"}) {
      const std::string path = std::string("/api/v1/admin/groups/1/members/") + bad;
      EXPECT_EQ(send("admin_groups_id_members_id", bearer(token).by(method).at(path)).wrong_fields(), "user_id") << bad;
    }
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(GroupMembers, NobodyGivesWhatTheyDoNotHave) {
  const std::int64_t system = group("system");
  sql("INSERT INTO gh_group_rights VALUES (" + std::to_string(system) + ", 'permission', 'manage:system')");
  const Answer refused = member("PUT", system, bob);
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.detail().find("manage:system"), std::string::npos) << refused.detail();
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_group_members"), "0");
  EXPECT_EQ(member("DELETE", system, bob).status, 200) << "taking is not giving";
}

// Whoever is demoted must not keep by a group of their own what they had by their role.
TEST_F(GroupMembers, NobodyAddsThemselves) {
  const std::int64_t editors = group("editors");
  EXPECT_EQ(member("PUT", editors, ann).status, 400);
  EXPECT_EQ(member("DELETE", editors, ann).status, 400);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(GroupMembers, NobodyChangesPeopleAboveThemselves) {
  const std::int64_t editors = group("editors");
  const std::int64_t root = add_user({.username = "root-1", .role = "super_admin"});
  sql("INSERT INTO gh_roles VALUES ('chief', 350)");
  const std::int64_t chief = add_user({.username = "carl", .role = "admin"});
  sql("UPDATE gh_users SET role = 'chief' WHERE username = 'carl'");
  clock.advance(seconds(1));
  for (const char* method : {"PUT", "DELETE"}) {
    EXPECT_EQ(member(method, editors, root).detail(), "nobody changes a super_admin here");
    EXPECT_EQ(member(method, editors, chief).detail(), "their role is above one's own");
  }
  // Not by a super_admin either.
  token = access_token("root-1");
  const std::int64_t other = add_user({.username = "root-2", .role = "super_admin"});
  EXPECT_EQ(member("PUT", editors, other).status, 403);
  sql("UPDATE gh_users SET role = 'admin' WHERE username = 'carl'");
  token = access_token();
  EXPECT_EQ(member("PUT", editors, chief).status, 200) << "of one's own place";
}

TEST_F(GroupMembers, AreInFiftyGroupsAtMost) {
  sql("INSERT INTO gh_groups SELECT seq, UNHEX(MD5(seq)), CONCAT('g', seq), 0 FROM seq_1_to_51");
  sql("INSERT INTO gh_group_members SELECT " + std::to_string(bob) + ", seq, 0 FROM seq_1_to_49");
  EXPECT_EQ(member("PUT", 50, bob).status, 200);
  EXPECT_EQ(member("PUT", 51, bob).status, 409);
  EXPECT_EQ(member("PUT", 50, bob).status, 200) << "they are in it already";
  const json::Value claims = claims_of(access_token("bob"));
  EXPECT_EQ(claims.find("groups")->items.size(), 50U);
  // All of them are still read where a bearer is checked.
  EXPECT_EQ(get("users_me", bearer(access_token("bob"))).status, 200);
}

TEST_F(GroupMembers, AreNotMoreThanFiftyHoweverManyAddAtOnce) {
  sql("INSERT INTO gh_groups SELECT seq, UNHEX(MD5(seq)), CONCAT('g', seq), 0 FROM seq_1_to_60");
  sql("INSERT INTO gh_group_members SELECT " + std::to_string(bob) + ", seq, 0 FROM seq_1_to_48");
  const auto answers = in_parallel({.calls = 12, .processes = 4}, [&](WebHead& own, int number) {
    return own.send("admin_groups_id_members_id",
                    bearer(token).by("PUT").at("/api/v1/admin/groups/" + std::to_string(49 + number) + "/members/" +
                                               std::to_string(bob)));
  });
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const Answer& each) { return each.status == 200; }), 2);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_group_members"), "50");
}

}  // namespace
}  // namespace gatehouse::test
