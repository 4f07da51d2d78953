// SPDX-License-Identifier: Apache-2.0
#include "support/commands.h"
#include "support/guard_world.h"

namespace gatehouse::test {
namespace {

class Restored : public GuardWorld {
 protected:
  Said run(const std::vector<std::string>& words) {
    std::vector<std::string> all{"restored"};
    all.insert(all.end(), words.begin(), words.end());
    const Said said = run_command(all);
    // The command's clock is the machine's, and the new key signs by it.
    sql("UPDATE gh_signing_keys SET created_at = LEAST(created_at, " + std::to_string(to_millis(clock.now())) +
        "), signs_from = LEAST(signs_from, " + std::to_string(to_millis(clock.now())) + ")");
    clock.advance(seconds(2));
    return said;
  }
};

TEST_F(Restored, SaysWhatItWouldDoAndDoesNothingUntilItIsConfirmed) {
  add_user();
  log_in();
  changes();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"--confirm", "no"}, {"--api-keys", "end"}}) {
    const Said said = run(words);
    EXPECT_EQ(said.status, 1);
    for (const char* expected : {"ends every session", "revokes every signing key",
                                 "API keys that were revoked are good", "To go on: gatehouse restored --confirm yes"}) {
      EXPECT_NE(said.out.find(expected), std::string::npos) << expected << said.out;
    }
  }
  EXPECT_EQ(run({"--confirm", "yes", "--api-keys", "x"}).status, 1);
  EXPECT_EQ(run({"--confirm"}).status, 1);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Restored, NoTokenCookieOrCodeOfBeforeIsGoodForAnythingAndWhoLogsInAnewIsServed) {
  add_user();
  const Answer login = log_in();
  const std::string session = sign_in();
  const std::string guard_cookie = enter("wiki", session);
  const Errand errand = send_away("wiki", "/pages");
  const std::string code = code_for(errand, session);
  const std::string key = api_key();
  ASSERT_EQ(send("guard", with_cookie(to("wiki", "/pages"), guard_cookie)).status, 200);

  EXPECT_EQ(run({"--confirm", "yes"}).status, 0);
  EXPECT_EQ(get("users_me", bearer(login.text("access_token"))).status, 401);
  EXPECT_EQ(post("auth_refresh", json_object({{"refresh_token", login.text("refresh_token")}})).status, 401);
  EXPECT_NE(send("guard", with_cookie(to("wiki", "/pages"), guard_cookie)).status, 200);
  EXPECT_EQ(cookie_of(bring_back("wiki", code, errand.nonce), "__Host-guard"), "")
      << "the code, and nobody had used it";
  EXPECT_EQ(get("sign_in", with_cookie(Call{.uri = errand.sign_in_uri}, session)).status, 200) << "the form, once more";
  EXPECT_EQ(get("users_me", with_key(key)).status, 200) << "API keys stay";

  const Answer anew = log_in();
  EXPECT_EQ(anew.status, 200);
  EXPECT_EQ(get("users_me", bearer(anew.text("access_token"))).status, 200);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_signing_keys WHERE retires_at IS NULL"), "1");
}

TEST_F(Restored, EndsApiKeysWhereThatIsAskedFor) {
  add_user();
  const std::string key = api_key();
  const Said said = run({"--confirm", "yes", "--api-keys", "end"});
  EXPECT_EQ(said.status, 0);
  EXPECT_NE(said.out.find("API keys ended: 1\n"), std::string::npos) << said.out;
  EXPECT_EQ(get("users_me", with_key(key)).status, 401);
}

TEST_F(Restored, IsOnRecordAndEndsAnyNumberOfSessionsAndMayBeRunAgain) {
  sql("INSERT INTO gh_sessions (id, user_id, refresh_jti, scopes, authenticated_at, created_at, last_used_at,"
      " expires_at, ends_at, address, user_agent, successor) SELECT UNHEX(MD5(seq)), 1, UNHEX(MD5(seq)), '', 0, 0, 0, "
      "0,"
      " 0, '', '', 'x' FROM seq_1_to_999");
  Said said = run_command({"restored", "--confirm", "yes"});
  EXPECT_NE(said.out.find("sessions ended: 999\n"), std::string::npos) << said.out;
  const std::string record = audit();
  EXPECT_NE(record.find("key_revoked address= "), std::string::npos) << record;
  EXPECT_NE(record.find("key_rotated address= "), std::string::npos) << record;
  EXPECT_NE(record.find("restored address= \"sessions ended: 999, API keys ended: 0\"\n"), std::string::npos) << record;
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions WHERE ended_why = 'restored' AND successor IS NULL"), "999");
  EXPECT_EQ(changes(), "gh_audit +3, gh_sessions ~999, gh_signing_key_secrets +1, gh_signing_keys +1 ~1");
  said = run_command({"restored", "--confirm", "yes"});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_NE(said.out.find("sessions ended: 0\n"), std::string::npos) << said.out;
}

TEST_F(Restored, NobodyGetsTheIdOfSomebodyWhoCameAfterTheBackup) {
  const std::int64_t ann = add_user();
  run({"--confirm", "yes"});
  EXPECT_GE(add_user({.username = "bob"}), ann + 1'000'000);
}

TEST_F(Restored, WhereNoOtherKeyCanBeMadeNothingIsChanged) {
  Config config = basic_config();
  config["ALGORITHM"] = "HS256";
  config["SECRET_KEY"] = "0123456789abcdef0123456789abcdef";
  run_command({"key", "rotate"}, config);
  changes();
  const Said said = run_command({"restored", "--confirm", "yes"}, config);
  EXPECT_EQ(said.status, 1);
  EXPECT_NE(said.err.find("set another one"), std::string::npos) << said.err;
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
