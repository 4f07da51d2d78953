// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class ApiKeysRevoke : public World {
 protected:
  Answer revoke(const std::string& access) { return send("api_keys_revoke", bearer(access).by("DELETE")); }
};

TEST_F(ApiKeysRevoke, TheNamelessKeyDiesAndTheNamedOnesLive) {
  add_user();
  const std::string named = api_key("ann", {{"name", "backup"}});
  const std::string nameless = api_key();
  const std::string access = access_token();
  EXPECT_EQ(revoke(access).status, 200);
  EXPECT_EQ(audit(), "api_key_revoked user=1 session address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_api_keys ~1, gh_audit +1");
  EXPECT_EQ(get("users_me", with_key(nameless)).status, 401);
  EXPECT_EQ(get("users_me", with_key(named)).status, 200);
}

TEST_F(ApiKeysRevoke, WhereThereIsNoneItIsNotFound) {
  add_user();
  add_user({.username = "eve"});
  const std::string hers = api_key("eve");
  api_key("ann", {{"name", "backup"}});
  const std::string access = access_token("ann");
  EXPECT_EQ(revoke(access).status, 404);
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(get("users_me", with_key(hers)).status, 200);
  api_key("ann");
  EXPECT_EQ(revoke(access).status, 200);
  clock.advance(milliseconds(1));
  EXPECT_EQ(revoke(access).status, 404) << "once";
}

}  // namespace
}  // namespace gatehouse::test
