// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class ApiKeysId : public World {
 protected:
  int revoke(const std::string& access, const std::string& id) {
    return send("api_keys_id", bearer(access).at("/api/v1/api-keys/" + id).by("DELETE")).status;
  }
  std::string id_of(const std::string& access) {
    return std::string(get("api_keys", bearer(access)).json.items.at(0).string_of("id"));
  }
};

TEST_F(ApiKeysId, ARevokedKeyIsDeadAtOnce) {
  add_user();
  const std::string key = api_key("ann", {{"name", "backup"}});
  const std::string other = api_key();
  EXPECT_EQ(get("users_me", with_key(key)).status, 200);
  const std::string access = access_token();
  const std::string id = std::string(get("api_keys", bearer(access)).json.items.at(0).string_of("name")) == "backup"
                             ? id_of(access)
                             : std::string(get("api_keys", bearer(access)).json.items.at(1).string_of("id"));
  changes();
  EXPECT_EQ(revoke(access, id), 200);
  EXPECT_EQ(audit(), "api_key_revoked user=1 session key address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_api_keys ~1, gh_audit +1");
  EXPECT_EQ(get("users_me", with_key(key)).status, 401);
  EXPECT_EQ(get("users_me", with_key(other)).status, 200);
}

TEST_F(ApiKeysId, AForeignARevokedOrAnImpossibleIdIsNotFound) {
  add_user();
  add_user({.username = "eve"});
  const std::string hers = api_key("eve");
  api_key("ann");
  const std::string mine = access_token("ann");
  const std::string gone = id_of(mine);
  EXPECT_EQ(revoke(mine, gone), 200);
  clock.advance(milliseconds(1));
  changes();
  for (const std::string& id : {id_of(access_token("eve")), gone, std::string("x"), std::string("0"), std::string("-1"),
                                std::string("AAAAAAAAAAAAAAAAAAAAAA"), std::string("%00")}) {
    EXPECT_EQ(revoke(mine, id), 404) << id;
  }
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(get("users_me", with_key(hers)).status, 200);
}

}  // namespace
}  // namespace gatehouse::test
