// SPDX-License-Identifier: Apache-2.0
#include "support/commands.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

class GroupCommands : public World {
 protected:
  std::string run(const std::vector<std::string>& words) {
    const Said said = run_command(words);
    return said.status == 0 ? said.out : "refused: " + said.err.substr(said.err.find(": ") + 2);
  }
  static std::string line(const std::string& name, const std::string& words) {
    return name + std::string(34 - name.size(), ' ') + words + "\n";
  }
};

TEST_F(GroupCommands, MakeListAndRemoveGroups) {
  EXPECT_EQ(run({"group", "list"}), "");
  EXPECT_EQ(run({"group", "add", "Editors", "--permissions", "update:any_post", "--scopes", "posts:delete"}),
            line("editors", "update:any_post posts:delete"));
  EXPECT_EQ(audit(), "group_created address= \"editors: update:any_post posts:delete\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_group_rights +2, gh_groups +1");
  run({"group", "add", "authors"});
  EXPECT_EQ(run({"group", "list"}), line("authors", "-") + line("editors", "update:any_post posts:delete"));
  EXPECT_EQ(run({"group", "add", "EDITORS"}), "refused: there is a group of this name\n");
  EXPECT_EQ(run({"group", "add", "a,b"}), "refused: the name may have letters A-Z, digits, '_' and '-' only\n");
  EXPECT_EQ(run({"group", "add", "x1", "--scopes", "fly"}), "refused: some fields are wrong; scopes knows no 'fly'\n");
  EXPECT_EQ(run({"group", "add"}), "refused: name one group\n");
  changes();
  EXPECT_EQ(run({"group", "remove", "Editors"}), "");
  EXPECT_EQ(audit(), "group_removed address= \"editors\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_group_rights -2, gh_groups -1");
  EXPECT_EQ(run({"group", "remove", "editors"}), "refused: there is no such group\n");
}

TEST_F(GroupCommands, SetPutsOtherRightsInPlaceOfThoseThereAre) {
  run({"group", "add", "editors", "--permissions", "update:any_post", "--scopes", "posts:delete"});
  changes();
  EXPECT_EQ(run({"group", "set", "editors", "--scopes", "users:read"}), line("editors", "users:read"));
  EXPECT_EQ(audit(), "group_edited address= \"editors: users:read\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_group_rights +1 -2");
  EXPECT_EQ(run({"group", "set", "editors"}), line("editors", "-"));
  EXPECT_EQ(run({"group", "set", "nobody"}), "refused: there is no such group\n");
}

TEST_F(GroupCommands, MemberShowsWhoIsInItAfterAddingAndRemoving) {
  add_user({.username = "Ann", .role = "super_admin"});
  add_user({.username = "bob"});
  run({"group", "add", "editors"});
  changes();
  EXPECT_EQ(run({"group", "member", "editors"}), "");
  const std::string ann = "       1  Ann" + std::string(49, ' ') + "super_admin       active\n";
  const std::string bob = "       2  bob" + std::string(49, ' ') + "user              active\n";
  EXPECT_EQ(run({"group", "member", "editors", "--add", "ANN"}), ann) << "the operator may add a super_admin too";
  EXPECT_EQ(audit(), "group_joined user=1 address= \"editors\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_group_members +1, gh_users ~1");
  EXPECT_EQ(run({"group", "member", "editors", "--add", "bob@example.com"}), ann + bob);
  EXPECT_EQ(run({"group", "member", "editors", "--remove", "ann"}), bob);
  EXPECT_EQ(run({"group", "member", "editors", "--add", "nobody"}), "refused: there is no user nobody\n");
  EXPECT_EQ(run({"group", "member", "nobody"}), "refused: there is no group nobody\n");
  changes();
  run({"group", "remove", "editors"});
  EXPECT_EQ(changes(), "gh_audit +1, gh_group_members -1, gh_groups -1");
}

TEST_F(GroupCommands, EveryCommandHasHelp) {
  for (const char* command : {"group list", "group add", "group set", "group remove", "group member", "role list",
                              "role add", "role grant", "role revoke", "role remove", "user add", "user show",
                              "user list", "user role", "user deactivate", "user activate", "user unlock"}) {
    const std::string text = command;
    const Said said = run_command({text.substr(0, text.find(' ')), text.substr(text.find(' ') + 1), "--help"});
    EXPECT_EQ(said.status, 0);
    EXPECT_NE(said.out.find("usage: gatehouse " + text), std::string::npos) << said.out;
  }
}

}  // namespace
}  // namespace gatehouse::test
