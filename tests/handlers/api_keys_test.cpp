// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class ApiKeys : public World {};

TEST_F(ApiKeys, ListsOnesOwnThatAreNotRevokedNewestFirst) {
  add_user();
  add_user({.username = "eve"});
  const std::string first = api_key("ann", {{"name", "backup"}, {"scopes", "posts:read"}});
  api_key("eve", {{"name", "hers"}});
  clock.advance(seconds(1));
  api_key("ann", {{"name", "gone"}});
  api_key();
  sql("UPDATE gh_api_keys SET revoked_at = 1, live_name = NULL, slot = NULL WHERE name = 'gone'");
  clock.advance(seconds(1));
  get("posts", with_key(first));
  const Answer answer = get("api_keys", bearer(access_token()));
  EXPECT_EQ(answer.status, 200);
  ASSERT_EQ(answer.json.items.size(), 2U) << answer.body;
  EXPECT_TRUE(answer.json.items[0].find("name")->is(json::Kind::null));
  const json::Value& backup = answer.json.items[1];
  EXPECT_EQ(backup.string_of("name"), "backup");
  EXPECT_EQ(backup.string_of("prefix"), first.substr(0, 9));
  EXPECT_EQ(backup.find("scopes")->items.size(), 1U);
  EXPECT_EQ(backup.find("requests_per_minute")->integer(), 60);
  EXPECT_EQ(backup.string_of("created_at"), "2026-03-01T12:00:00.250Z");
  EXPECT_TRUE(backup.find("expires_at")->is(json::Kind::null));
  EXPECT_EQ(backup.string_of("last_used_at"), "2026-03-01T12:00:02.250Z");
  EXPECT_EQ(answer.body.find(first.substr(9)), std::string::npos) << "no key is shown twice";
}

TEST_F(ApiKeys, WhoHasNoneGetsAnEmptyList) {
  add_user();
  EXPECT_EQ(get("api_keys", bearer(access_token())).body, "[]");
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
