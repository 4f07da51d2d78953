// SPDX-License-Identifier: Apache-2.0
#include "support/administration_world.h"

namespace gatehouse::test {
namespace {

class AdminUsersIdUnlock : public AdministrationWorld {
 protected:
  int try_login(const char* username, const char* password) {
    return post("auth_token", form({{"username", username}, {"password", password}})).status;
  }
  void lock(const char* username) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(try_login(username, "Wrong-Horse-1"), 401);
    EXPECT_EQ(try_login(username, kPassword), 401) << "locked";
    changes();
  }
  static Call unlock(const std::string& id) { return Call{}.by("POST").at("/users/" + id + "/unlock"); }
};

TEST_F(AdminUsersIdUnlock, LiftsTheLocksOfOneAndOfNobodyElse) {
  lock("bob");
  lock("eve");
  play("admin_users_id_unlock", {{"by an admin", "ada", unlock("5"), 200, "gh_audit +1, gh_throttle -2",
                                  "account_unlocked user=5 by=2 session address=10.0.0.1\n"},
                                 {"there is nothing more to lift", "ada", unlock("5"), 200},
                                 {"by a moderator", "max", unlock("6"), 403},
                                 {"by a user", "bob", unlock("6"), 403},
                                 {"one's own", "ada", unlock("2"), 400},
                                 {"a super_admin's", "ada", unlock("1"), 403},
                                 {"nobody's", "ada", unlock("99"), 404}});
  EXPECT_EQ(try_login("bob", kPassword), 200);
  EXPECT_EQ(try_login("eve", kPassword), 401);
}

TEST_F(AdminUsersIdUnlock, OddIdsAreNobody) {
  expect_odd_ids_refused("admin_users_id_unlock", Call{}.by("POST"), "/unlock");
}

TEST_F(AdminUsersIdUnlock, IsForAPersonWithTheScope) {
  const std::string weak = access_token("ada", {{"scope", "users:read admin"}});
  const std::string key = api_key("ada", {{"scopes", "users:write"}});
  changes();
  EXPECT_EQ(send("admin_users_id_unlock", bearer(weak).by("POST").at("/api/v1/admin/users/5/unlock")).status, 403);
  EXPECT_EQ(send("admin_users_id_unlock", with_key(key).by("POST").at("/api/v1/admin/users/5/unlock")).status, 401);
  EXPECT_EQ(changes(), kRefusedOnRecord);
}

}  // namespace
}  // namespace gatehouse::test
