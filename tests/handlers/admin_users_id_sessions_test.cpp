// SPDX-License-Identifier: Apache-2.0
#include "support/administration_world.h"

namespace gatehouse::test {
namespace {

class AdminUsersIdSessions : public AdministrationWorld {
 protected:
  static Call end(const std::string& id) { return Call{}.by("DELETE").at("/users/" + id + "/sessions"); }
};

TEST_F(AdminUsersIdSessions, EndsAllOfOneAndNobodyElses) {
  const std::string second = access_token("bob");
  play("admin_users_id_sessions", {{"by an admin", "ada", end("5"), 200, "gh_audit +1, gh_sessions ~2",
                                    "session_revoked user=5 by=2 session address=10.0.0.1\n"},
                                   {"there are no more", "ada", end("5"), 200},
                                   {"by a moderator", "max", end("6"), 403},
                                   {"by a user", "eve", end("6"), 403},
                                   {"one's own", "ada", end("2"), 400},
                                   {"a super_admin's", "ada", end("1"), 403},
                                   {"nobody's", "ada", end("99"), 404}});
  for (const std::string& dead : {token("bob"), second}) EXPECT_EQ(get("users_me", bearer(dead)).status, 401);
  EXPECT_EQ(get("users_me", bearer(token("eve"))).status, 200);
  EXPECT_EQ(get("users_me", bearer(access_token("bob"))).status, 200) << "the account is as it was";
}

TEST_F(AdminUsersIdSessions, OddIdsAreNobody) {
  expect_odd_ids_refused("admin_users_id_sessions", Call{}.by("DELETE"), "/sessions");
}

}  // namespace
}  // namespace gatehouse::test
