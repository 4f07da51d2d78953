// SPDX-License-Identifier: Apache-2.0
#include "support/commands.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

class RoleCommands : public World {
 protected:
  // What it said, or why it refused after "gatehouse … : ".
  std::string run(const std::vector<std::string>& words) {
    const Said said = run_command(words);
    return said.status == 0 ? said.out : "refused: " + said.err.substr(said.err.find(": ") + 2);
  }
  std::string places() {
    std::string text;
    for (const auto& row : admin.query("SELECT name, place FROM gh_roles ORDER BY place, name")) {
      text += row[0] + " " + row[1] + " ";
    }
    return text;
  }
  std::string words_of(const std::string& role) {
    return value("SELECT GROUP_CONCAT(word ORDER BY kind, word SEPARATOR ' ') FROM gh_role_rights WHERE role = '" +
                 role + "'");
  }
};

TEST_F(RoleCommands, ListShowsThemFromTheLowestUp) {
  const std::string list = run({"role", "list"});
  EXPECT_EQ(list.find("user                                 100  read:own_profile update:own_profile"), 0U) << list;
  EXPECT_LT(list.find("\nmoderator "), list.find("\nadmin "));
  EXPECT_LT(list.find("\nadmin "), list.find("\nsuper_admin                          400  "));
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(RoleCommands, AddAboveARoleStandsHalfwayToTheNextWithWhatItGives) {
  EXPECT_EQ(run({"role", "add", "manager", "--above", "moderator"}).find("manager                              250  "),
            0U);
  EXPECT_EQ(places(), "user 100 moderator 200 manager 250 admin 300 super_admin 400 ");
  EXPECT_EQ(words_of("manager"), words_of("moderator"));
  EXPECT_EQ(audit(), "role_edited address= \"role manager at 250, as moderator\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_role_rights +16, gh_roles +1");
  run({"role", "add", "lead", "--above", "moderator"});
  EXPECT_EQ(places(), "user 100 moderator 200 lead 225 manager 250 admin 300 super_admin 400 ");
}

TEST_F(RoleCommands, AddAtAPlaceStandsThereWithWhatTheRoleBelowGives) {
  EXPECT_EQ(run({"role", "add", "peer", "--place", "300"}).find("peer "), 0U);
  EXPECT_EQ(words_of("peer"), words_of("admin"));
  EXPECT_EQ(run({"role", "add", "guest", "--place", "50"}), "guest                                 50  -\n");
  EXPECT_EQ(words_of("guest"), "NULL");
}

TEST_F(RoleCommands, AddRefusesWhatCanNotBe) {
  struct Case {
    std::vector<std::string> words;
    const char* why;
  };
  sql("INSERT INTO gh_roles VALUES ('next', 201)");
  for (const Case& each : std::initializer_list<Case>{
           {{"role", "add", "boss", "--above", "super_admin"}, "nobody is above super_admin"},
           {{"role", "add", "boss", "--place", "400"}, "a role's place is above 0 and below super_admin's"},
           {{"role", "add", "boss", "--place", "99999999999999999999"}, "--place must be a whole number"},
           {{"role", "add", "boss", "--place", "0"}, "a role's place is above 0 and below super_admin's"},
           {{"role", "add", "boss", "--place", "x"}, "--place must be a whole number"},
           {{"role", "add", "boss", "--above", "nobody"}, "there is no role nobody"},
           {{"role", "add", "boss", "--above", "moderator"},
            "there is no place left between moderator and next; say --place"},
           {{"role", "add", "admin", "--above", "user"}, "there is a role admin already"},
           {{"role", "add", "Boss", "--above", "user"}, "a role's name has 2 to 32 of a-z, 0-9, '_' and '-'"},
           {{"role", "add", "a,b", "--above", "user"}, "a role's name has 2 to 32 of a-z, 0-9, '_' and '-'"},
           {{"role", "add", "b", "--above", "user"}, "a role's name has 2 to 32 of a-z, 0-9, '_' and '-'"},
           {{"role", "add", "boss"}, "say either --above ROLE or --place N"},
           {{"role", "add", "boss", "--above", "user", "--place", "5"}, "say either --above ROLE or --place N"},
           {{"role", "add"}, "name one role; `gatehouse role list` shows them"}}) {
    EXPECT_EQ(run(each.words), "refused: " + std::string(each.why) + "\n");
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(RoleCommands, GrantAndRevokeChangeTheMapOnRecord) {
  const std::string before = words_of("moderator");
  EXPECT_NE(run({"role", "grant", "moderator", "view:audit_log", "users:write"}).find(" view:audit_log "),
            std::string::npos);
  EXPECT_EQ(audit(), "role_edited address= \"role moderator granted view:audit_log users:write\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_role_rights +2");
  EXPECT_EQ(value("SELECT GROUP_CONCAT(kind ORDER BY kind) FROM gh_role_rights WHERE role = 'moderator'"
                  " AND word IN ('view:audit_log', 'users:write')"),
            "permission,scope");
  EXPECT_NE(run({"role", "grant", "moderator", "users:write"}), "") << "again";
  run({"role", "revoke", "moderator", "view:audit_log", "users:write"});
  EXPECT_EQ(words_of("moderator"), before);
}

TEST_F(RoleCommands, AWordThatNobodyKnowsChangesNothing) {
  EXPECT_EQ(run({"role", "grant", "moderator", "view:audit_log", "fly"}),
            "refused: there is no permission or scope fly\n");
  EXPECT_EQ(run({"role", "revoke", "moderator", "fly"}), "refused: there is no permission or scope fly\n");
  EXPECT_EQ(run({"role", "grant", "nobody", "admin"}), "refused: there is no role nobody\n");
  EXPECT_EQ(run({"role", "grant", "moderator"}), "refused: name a role, and the permissions and scopes to change\n");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(RoleCommands, SuperAdminKeepsAll) {
  EXPECT_EQ(run({"role", "revoke", "super_admin", "manage:system"}), "refused: super_admin keeps all it has\n");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(RoleCommands, TheFirstFourAndOneThatSomebodyHasCanNotBeRemoved) {
  for (const char* role : {"user", "moderator", "admin", "super_admin"}) {
    EXPECT_EQ(run({"role", "remove", role}), "refused: " + std::string(role) + " can't be removed\n");
  }
  EXPECT_EQ(changes(), "nothing");
  run({"role", "add", "manager", "--above", "moderator"});
  add_user({.username = "max"});
  EXPECT_EQ(run({"user", "role", "max", "manager"}).find("       1  max "), 0U);
  changes();
  EXPECT_EQ(run({"role", "remove", "manager"}), "refused: somebody has the role manager\n");
  EXPECT_EQ(changes(), "nothing");
  run({"user", "role", "max", "user"});
  changes();
  EXPECT_EQ(run({"role", "remove", "manager"}), "");
  EXPECT_EQ(audit(), "role_edited address= \"role manager removed\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_role_rights -16, gh_roles -1");
  EXPECT_EQ(run({"role", "remove", "manager"}), "refused: there is no role manager\n");
}

}  // namespace
}  // namespace gatehouse::test
