// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "auth/tokens/jwt.h"
#include "support/jwt.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

class WellKnownJwks : public World {
 protected:
  const std::vector<json::Value>& keys(const Answer& answer) { return answer.json.find("keys")->items; }
  std::set<std::string> kids() {
    std::set<std::string> kids;
    const Answer answer = get("well_known_jwks");
    for (const json::Value& key : keys(answer)) kids.emplace(key.string_of("kid"));
    return kids;
  }
};

TEST_F(WellKnownJwks, PublishesTheKeyThatVerifiesOurTokens) {
  add_user();
  const std::string token = access_token();
  const Answer answer = get("well_known_jwks");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "application/jwk-set+json");
  ASSERT_EQ(keys(answer).size(), 1U);
  const json::Value& key = keys(answer)[0];
  EXPECT_EQ(key.string_of("kid"), header_of(token).string_of("kid"));
  EXPECT_EQ(key.string_of("use"), "sig");
  EXPECT_EQ(key.string_of("alg"), "ES256");

  std::vector<crypto::JwkMember> members;
  for (const json::Member& member : key.members) members.push_back({member.name, member.value.text});
  const auto verifying = crypto::VerifyingKey::from_jwk(crypto::Algorithm::es256, members);
  ASSERT_TRUE(verifying);
  const auto jwt = tokens::parse_jwt(token);
  ASSERT_TRUE(jwt);
  EXPECT_TRUE(verifying->verify(jwt->signed_part, jwt->signature));
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(WellKnownJwks, ShowsNothingPrivateOfAnyKind) {
  for (const char* algorithm : {"RS256", "EdDSA"}) {
    set("ALGORITHM", algorithm);
    rotate_key();
  }
  const Answer answer = get("well_known_jwks");
  EXPECT_EQ(keys(answer).size(), 3U);
  const std::set<std::string> known{"kid", "use", "alg", "kty", "crv", "x", "y", "n", "e"};
  for (const json::Value& key : keys(answer)) {
    for (const json::Member& member : key.members) EXPECT_TRUE(known.contains(member.name)) << member.name;
  }
}

TEST_F(WellKnownJwks, MayBeCachedForFiveMinutes) {
  EXPECT_EQ(get("well_known_jwks").header("Cache-Control"), "public, max-age=300");
}

TEST_F(WellKnownJwks, TheNextKeyIsPublishedBeforeItSigns) {
  add_user();
  const std::string first(header_of(access_token()).string_of("kid"));
  rotate_key();
  clock.advance(seconds(1));
  EXPECT_EQ(kids().size(), 2U);
  EXPECT_TRUE(kids().contains(first));
  EXPECT_EQ(header_of(access_token()).string_of("kid"), first);
  clock.advance(minutes(10));
  const std::string second(header_of(access_token()).string_of("kid"));
  EXPECT_NE(second, first);
  EXPECT_TRUE(kids().contains(second));
}

TEST_F(WellKnownJwks, ARetiredKeyStaysUntilItsLastTokenIsDeadAndThenIsGone) {
  add_user();
  const std::string first(header_of(access_token()).string_of("kid"));
  rotate_key();
  clock.advance(minutes(11) + days(7) - milliseconds(1));
  EXPECT_TRUE(kids().contains(first));
  clock.advance(seconds(1));
  EXPECT_FALSE(kids().contains(first));
  EXPECT_EQ(kids().size(), 1U);
}

TEST_F(WellKnownJwks, AChangeShowsWithinASecond) {
  EXPECT_EQ(kids().size(), 1U);
  rotate_key();
  clock.advance(milliseconds(999));
  EXPECT_EQ(kids().size(), 1U) << "read at most once a second";
  clock.advance(milliseconds(1));
  EXPECT_EQ(kids().size(), 2U);
}

TEST_F(WellKnownJwks, AKeyOfAnAlgorithmThisBuildDoesNotKnowIsLeftOut) {
  sql("INSERT INTO gh_signing_keys SELECT 'newer', 'ML-DSA-65', 'x', created_at, signs_from, NULL FROM "
      "gh_signing_keys");
  EXPECT_EQ(kids().size(), 1U);
  EXPECT_FALSE(kids().contains("newer"));
}

TEST_F(WellKnownJwks, WithoutKeysTheSetIsEmpty) {
  sql("DELETE FROM gh_signing_keys");
  EXPECT_EQ(get("well_known_jwks").body, R"({"keys":[]})");
}

TEST_F(WellKnownJwks, ADatabaseThatIsAwayIs503AndTheLogSaysWhy) {
  set("DATABASE_URL", "mysql://nobody@localhost/nowhere?socket=/nowhere/sock");
  EXPECT_EQ(get("well_known_jwks").status, 503);
  EXPECT_NE(head().log.find("2002"), std::string::npos) << head().log;
}

}  // namespace
}  // namespace gatehouse::test
