// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class Sessions : public World {
 protected:
  int me(const Answer& login) { return get("users_me", bearer(login.text("access_token"))).status; }
};

TEST_F(Sessions, TheListShowsOnesOwnLivingOnesNewestFirst) {
  add_user();
  add_user({.username = "eve"});
  log_in("eve");
  const Answer one = log_in();
  clock.advance(seconds(5));
  const Answer two = log_in("ann", {{"scope", "profile:read"}});
  const Answer list = get("sessions", bearer(one.text("access_token")));
  EXPECT_EQ(list.status, 200);
  ASSERT_EQ(list.json.items.size(), 2U);
  EXPECT_EQ(list.json.items[0].string_of("scopes"), "profile:read");
  EXPECT_FALSE(list.json.items[0].find("is_current")->truth);
  EXPECT_TRUE(list.json.items[1].find("is_current")->truth);
  EXPECT_EQ(list.json.items[1].string_of("address"), "10.0.0.1");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Sessions, AllOthersEndAndThisOneLives) {
  add_user();
  add_user({.username = "eve"});
  const Answer hers = log_in("eve");
  const Answer one = log_in();
  const Answer two = log_in();
  EXPECT_EQ(send("sessions", bearer(one.text("access_token")).by("DELETE")).status, 200);
  EXPECT_EQ(me(one), 200);
  EXPECT_EQ(me(two), 401);
  EXPECT_EQ(me(hers), 200);
  EXPECT_EQ(audit(), "session_revoked user=1 address=10.0.0.1\n");
}

TEST_F(Sessions, UseIsNotedAtMostOnceAMinute) {
  add_user();
  const Answer login = log_in();
  clock.advance(seconds(59));
  EXPECT_EQ(me(login), 200);
  EXPECT_EQ(changes(), "nothing");
  clock.advance(seconds(2));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(me(login), 200);
  EXPECT_EQ(changes(), "gh_sessions ~1");
}

}  // namespace
}  // namespace gatehouse::test
