// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class SessionsId : public World {
 protected:
  int end(const std::string& access, const std::string& id) {
    return send("sessions_id", bearer(access).at("/api/v1/sessions/" + id).by("DELETE")).status;
  }
  std::string id_of(const std::string& access) {
    const Answer list = get("sessions", bearer(access));
    for (const json::Value& session : list.json.items) {
      if (session.find("is_current")->truth) return std::string(session.string_of("id"));
    }
    return "";
  }
};

TEST_F(SessionsId, OnesOwnSessionEnds) {
  add_user();
  const std::string one = access_token();
  const std::string two = access_token();
  EXPECT_EQ(end(one, id_of(two)), 200);
  EXPECT_EQ(audit(), "session_revoked user=1 session address=10.0.0.1\n");
  EXPECT_EQ(get("users_me", bearer(two)).status, 401);
  EXPECT_EQ(get("users_me", bearer(one)).status, 200);
}

TEST_F(SessionsId, AForeignAnEndedOrAnImpossibleIdIsNotFound) {
  add_user();
  add_user({.username = "eve"});
  const std::string mine = access_token("ann");
  const std::string hers = access_token("eve");
  for (const std::string& id :
       {id_of(hers), std::string("x"), std::string("AAAAAAAAAAAAAAAAAAAAAA"), std::string("%00")}) {
    EXPECT_EQ(end(mine, id), 404) << id;
  }
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(get("users_me", bearer(hers)).status, 200);
}

}  // namespace
}  // namespace gatehouse::test
