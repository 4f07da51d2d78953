// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class WellKnownOauthServer : public World {};

TEST_F(WellKnownOauthServer, NamesTheIssuerItsKeysAndNoGrant) {
  const Answer answer = get("well_known_oauth_server");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("issuer"), "https://auth.example.com");
  EXPECT_EQ(answer.text("jwks_uri"), "https://auth.example.com/.well-known/jwks.json");
  EXPECT_TRUE(answer.json.find("grant_types_supported")->items.empty());
  EXPECT_EQ(answer.body.find("password"), std::string::npos);
  EXPECT_EQ(answer.json.find("access_token_signing_alg_values_supported")->items.at(0).text, "ES256");
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
