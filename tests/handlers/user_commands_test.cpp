// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>
#include <sstream>

#include "support/commands.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

class UserCommands : public World {
 protected:
  std::string run(const std::vector<std::string>& words) {
    const Said said = run_command(words);
    return said.status == 0 ? said.out : "refused: " + said.err.substr(said.err.find(": ") + 2);
  }
  static std::string line(const std::string& id, const std::string& name, const std::string& role,
                          const std::string& state) {
    return std::string(8 - id.size(), ' ') + id + "  " + name + std::string(52 - name.size(), ' ') + role +
           std::string(18 - role.size(), ' ') + state + std::string(10 - state.size(), ' ') + name + "@example.com\n";
  }
};

TEST_F(UserCommands, RoleGivesEvenSuperAdminOnRecord) {
  add_user({.username = "ann"});
  EXPECT_EQ(run({"user", "role", "ann", "super_admin"}), line("1", "ann", "super_admin", "active"));
  EXPECT_EQ(audit(), "role_changed user=1 address= \"user -> super_admin\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_user_counts +1 ~1, gh_users ~1");
  EXPECT_EQ(run({"user", "role", "ANN@example.com", "super_admin"}), line("1", "ann", "super_admin", "active"));
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(UserCommands, TheLastSuperAdminStays) {
  add_user({.username = "ann", .role = "super_admin"});
  EXPECT_EQ(run({"user", "role", "ann", "admin"}), "refused: this is the last super_admin\n");
  EXPECT_EQ(run({"user", "deactivate", "ann"}), "refused: this is the last super_admin\n");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(UserCommands, RefuseWhomAndWhatNobodyKnows) {
  add_user({.username = "ann"});
  EXPECT_EQ(run({"user", "role", "ann", "chief"}),
            "refused: some fields are wrong; role is no role of this installation\n");
  for (const char* command : {"show", "deactivate", "activate", "unlock"}) {
    EXPECT_EQ(run({"user", command, "nobody"}), "refused: there is no user nobody\n");
    EXPECT_EQ(run({"user", command}), "refused: name one user, by user name or email\n");
  }
  EXPECT_EQ(run({"user", "role", "nobody", "user"}), "refused: there is no user nobody\n");
  EXPECT_EQ(run({"user", "role", "ann"}), "refused: name one user and one role\n");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(UserCommands, DeactivateEndsSessionsAndKeysAndActivateBringsTheAccountBackWithoutThem) {
  add_user({.username = "ann"});
  const std::string key = api_key();
  const std::string token = access_token();
  EXPECT_EQ(run({"user", "deactivate", "ann"}), line("1", "ann", "user", "inactive"));
  EXPECT_EQ(audit(), "account_deactivated user=1 address=\n");
  EXPECT_EQ(get("users_me", bearer(token)).status, 401);
  EXPECT_EQ(get("users_me", with_key(key)).status, 401);
  changes();
  EXPECT_EQ(run({"user", "activate", "ann"}), line("1", "ann", "user", "active"));
  EXPECT_EQ(audit(), "user_updated user=1 address= \"activated\"\n");
  EXPECT_EQ(get("users_me", bearer(token)).status, 401) << "what ended stays ended";
  EXPECT_EQ(get("users_me", bearer(access_token())).status, 200);
}

TEST_F(UserCommands, UnlockLetsTheOwnerInAgain) {
  set("MAX_LOGIN_ATTEMPTS", "1");
  add_user({.username = "ann"});
  const auto log_in_with = [&](const char* password) {
    return post("auth_token", form({{"username", "ann"}, {"password", password}})).status;
  };
  EXPECT_EQ(log_in_with("Wrong-Horse-1"), 401);
  EXPECT_EQ(log_in_with(kPassword), 401) << "locked";
  changes();
  EXPECT_EQ(run({"user", "unlock", "ann"}), "");
  EXPECT_EQ(audit(), "account_unlocked user=1 address=\n");
  EXPECT_EQ(log_in_with(kPassword), 200);
}

// Standard input is what it is asked for; nobody is there to type.
class UserPassword : public UserCommands {
 protected:
  std::string set_password(const std::string& user, const std::string& typed) {
    std::istringstream in(typed);
    std::streambuf* before = std::cin.rdbuf(in.rdbuf());
    std::string said = run({"user", "password", user});
    std::cin.rdbuf(before);
    return said;
  }
  int log_in_with(const std::string& password) {
    return post("auth_token", form({{"username", "ann"}, {"password", password}})).status;
  }
};

TEST_F(UserPassword, IsReplacedWhateverItWasAndEndsSessionsAndLocks) {
  set("MAX_LOGIN_ATTEMPTS", "1");
  add_user({.username = "ann", .role = "super_admin"});
  const std::string token = access_token();
  const std::string key = api_key();
  EXPECT_EQ(log_in_with("Wrong-Horse-1"), 401);
  changes();
  EXPECT_EQ(set_password("ANN@example.com", "Another-Horse-2\n"), "");
  EXPECT_EQ(audit(), "password_changed user=1 address=\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_passwords ~1, gh_sessions ~2, gh_throttle -2");
  EXPECT_EQ(get("users_me", bearer(token)).status, 401);
  EXPECT_EQ(get("users_me", with_key(key)).status, 200) << "the owner ends keys by themselves";
  EXPECT_EQ(log_in_with(kPassword), 401);
  run({"user", "unlock", "ann"});
  EXPECT_EQ(log_in_with("Another-Horse-2"), 200);
}

TEST_F(UserPassword, KeepsTheRulesAndIsNeverAProgramsNorAStrangers) {
  add_user({.username = "ann"});
  run({"user", "add", "--username", "robot", "--email", "robot@example.com", "--service", "yes"});
  changes();
  EXPECT_NE(set_password("ann", "short\n").find("refused: the password must have"), std::string::npos);
  EXPECT_NE(set_password("ann", "\n").find("refused: "), std::string::npos);
  EXPECT_NE(set_password("ann", "password123\n").find("refused: some fields are wrong; password "), std::string::npos);
  EXPECT_EQ(set_password("nobody", "Another-Horse-2\n"), "refused: there is no user nobody\n");
  EXPECT_EQ(set_password("robot", "Another-Horse-2\n"),
            "refused: an account for a program has no password; it acts by API keys\n");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(UserPassword, IsGivenToWhoHadNone) {
  add_user({.username = "ann"});
  sql("DELETE FROM gh_passwords");
  EXPECT_EQ(set_password("ann", "Another-Horse-2"), "");
  EXPECT_EQ(log_in_with("Another-Horse-2"), 200);
}

TEST_F(UserCommands, ListShowsEverybodyOrAllOfOneRole) {
  add_user({.username = "zoe", .role = "admin"});
  add_user({.username = "ann"});
  EXPECT_EQ(run({"user", "list"}), line("1", "zoe", "admin", "active") + line("2", "ann", "user", "active"));
  EXPECT_EQ(run({"user", "list", "--role", "user"}), line("2", "ann", "user", "active"));
  EXPECT_EQ(run({"user", "list", "--role", "chief"}), "");
  // More than are asked for at once.
  sql("INSERT INTO gh_users (birth, username, username_key, email, email_key, role, created_at, updated_at)"
      " SELECT UNHEX(MD5(seq)), seq, seq, seq, seq, 'user', 0, 0 FROM seq_1_to_1001");
  const std::string all = run({"user", "list"});
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 1003);
  const std::string users = run({"user", "list", "--role", "user"});
  EXPECT_EQ(std::count(users.begin(), users.end(), '\n'), 1002);
}

TEST_F(UserCommands, ShowTellsOneAccount) {
  add_user({.username = "ann", .role = "moderator"});
  run({"group", "add", "editors"});
  run({"group", "member", "editors", "--add", "ann"});
  const std::string text = run({"user", "show", "ann"});
  for (const char* expected :
       {"id            1\n", "username      ann\n", "email         ann@example.com\n", "full_name     -\n",
        "role          moderator\n", "groups        editors\n", "is_active     yes\n", "is_verified   yes\n",
        "password      set\n", "created_at    2026-03-01T12:00:00", "last_login    -\n"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << text;
  }
  EXPECT_EQ(text.find("$argon2id"), std::string::npos);
}

TEST_F(UserCommands, AddServiceMakesAnAccountWithoutAPassword) {
  EXPECT_EQ(run({"user", "add", "--username", "robot", "--email", "robot@example.com", "--service", "yes"}),
            "user 1: robot, user\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_user_counts +1, gh_users +1");
  EXPECT_EQ(value("SELECT is_service FROM gh_users"), "1");
  EXPECT_NE(run({"user", "show", "robot"}).find("password      none\n"), std::string::npos);
  for (const char* password : {"", kPassword}) {
    EXPECT_NE(post("auth_token", form({{"username", "robot"}, {"password", password}})).status, 200);
  }
}

}  // namespace
}  // namespace gatehouse::test
