// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>

#include "base/encoding.h"
#include "support/jwt.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

constexpr const char* kFile = GATEHOUSE_SOURCE "/tests/golden/tokens.json";

std::string hex_of(std::string_view text) { return to_hex(from_base64url(text).value_or("")); }

class GoldenTokens : public World {
 protected:
  // What an installation of this build mints, with the public key that verifies it.
  void write_file() {
    const Answer login = log_in();
    const std::string kid(header_of(login.text("access_token")).string_of("kid"));
    json::Writer w;
    w.begin_object();
    w.key("kid").string(kid);
    w.key("public_key").string(value("SELECT HEX(public_key) FROM gh_signing_keys WHERE kid = '" + kid + "'"));
    w.key("access_token").string(login.text("access_token"));
    w.key("refresh_token").string(login.text("refresh_token"));
    w.end_object();
    std::ofstream(kFile) << w.take() << '\n';
  }

  // An installation in which those tokens were minted: their key, and the session they name.
  void restore(const json::Value& file) {
    const json::Value claims = claims_of(file.string_of("refresh_token"));
    sql("DELETE FROM gh_sessions");
    sql("DELETE FROM gh_signing_keys WHERE kid = '" + std::string(file.string_of("kid")) + "'");
    sql("INSERT INTO gh_signing_keys (kid, algorithm, public_key, created_at, signs_from) VALUES ('" +
        std::string(file.string_of("kid")) + "', 'ES256', X'" + std::string(file.string_of("public_key")) + "', 0, 0)");
    sql("INSERT INTO gh_sessions (id, user_id, refresh_jti, scopes, authenticated_at, created_at, last_used_at,"
        " expires_at, ends_at, address, user_agent) VALUES (X'" +
        hex_of(claims.string_of("sid")) + "', 1, X'" + hex_of(claims.string_of("jti")) +
        "', 'profile:read', 0, 0, 0, 99999999999999, 99999999999999, '', '')");
  }
};

TEST_F(GoldenTokens, ThoseOfThePreviousReleaseAreStillRead) {
  add_user();
  if (regenerates()) write_file();
  std::ifstream in(kFile);
  const auto file = json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
  ASSERT_TRUE(file.value.has_value()) << file.error;
  rotate_key();
  restore(*file.value);
  EXPECT_EQ(get("users_me", bearer(file.value->string_of("access_token"))).status, 200);
  const std::string refresh_token(file.value->string_of("refresh_token"));
  EXPECT_EQ(post("auth_refresh", json_object({{"refresh_token", refresh_token}})).status, 200);
}

}  // namespace
}  // namespace gatehouse::test
