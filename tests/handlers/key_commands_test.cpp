// SPDX-License-Identifier: Apache-2.0
#include <regex>

#include "support/commands.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

constexpr const char* kTime = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z";
constexpr const char* kKid = "[A-Za-z0-9_-]{12}";

class KeyCommands : public World {
 protected:
  KeyCommands() {
    sql("DELETE FROM gh_signing_keys");
    sql("DELETE FROM gh_signing_key_secrets");
    config = basic_config();
  }
  Said run(const std::vector<std::string>& words) { return run_command(words, config); }
  std::string newest() { return value("SELECT kid FROM gh_signing_keys ORDER BY signs_from DESC, kid DESC LIMIT 1"); }
  // K for a key id, T for a time.
  static std::string masked(const std::string& text) {
    return std::regex_replace(std::regex_replace(text, std::regex(kTime), "T"),
                              std::regex("(^|\n)" + std::string(kKid) + "  "), "$1K  ");
  }

  Config config;
};

TEST_F(KeyCommands, ListSaysWhatEachKeyIsGoodFor) {
  EXPECT_EQ(run({"key", "list"}).out, "there is no signing key yet; run `gatehouse key rotate`\n");
  EXPECT_EQ(masked(run({"key", "rotate"}).out), "K  ES256  signs      signs from T\n");
  const std::string first = newest();
  config["ALGORITHM"] = "EdDSA";
  EXPECT_EQ(masked(run({"key", "rotate"}).out), "K  EdDSA  published  signs from T\n");
  EXPECT_EQ(masked(run({"key", "list"}).out),
            "K  ES256  signs      signs from T, retires T\n"
            "K  EdDSA  published  signs from T\n");
  sql("UPDATE gh_signing_keys SET signs_from = signs_from - 700000");  // as if it were ten minutes later
  EXPECT_EQ(masked(run({"key", "list"}).out),
            "K  ES256  verifies   signs from T, retires T\n"
            "K  EdDSA  signs      signs from T\n");
  sql("UPDATE gh_signing_keys SET created_at = created_at - 9 * 86400000, signs_from = signs_from - 9 * 86400000,"
      " retires_at = retires_at - 9 * 86400000 WHERE retires_at IS NOT NULL");
  EXPECT_EQ(masked(run({"key", "list"}).out),
            "K  ES256  retired    signs from T, retires T\n"
            "K  EdDSA  signs      signs from T\n");
  EXPECT_EQ(run({"key", "revoke", first}).status, 0);
  EXPECT_EQ(masked(run({"key", "list"}).out),
            "K  ES256  revoked    signs from T\n"
            "K  EdDSA  signs      signs from T\n");
}

TEST_F(KeyCommands, RotateIfNeededDoesNothingTwice) {
  const std::vector<std::string> if_needed{"key", "rotate", "--if-needed", "yes"};
  EXPECT_EQ(masked(run(if_needed).out), "K  ES256  signs      signs from T\n");
  changes();
  EXPECT_EQ(run(if_needed).out, "the newest signing key is what the configuration asks for\n");
  EXPECT_EQ(changes(), "nothing");
  config["ALGORITHM"] = "HS256";
  config["SECRET_KEY"] = "0123456789abcdef0123456789abcdef";
  EXPECT_NE(run(if_needed).out.find("  HS256  published  "), std::string::npos);
  EXPECT_EQ(changes(), "gh_audit +1, gh_signing_keys +1 ~1");
  EXPECT_EQ(run(if_needed).out, "the newest signing key is what the configuration asks for\n");
}

TEST_F(KeyCommands, RevokeSaysWhatSignsFromNowOn) {
  run({"key", "rotate"});
  changes();
  const std::string old = newest();
  const Said said = run({"key", "revoke", old});
  EXPECT_EQ(said.status, 0);
  const std::string successor = value("SELECT kid FROM gh_signing_keys WHERE retires_at IS NULL");
  EXPECT_EQ(said.out.find("revoked; its tokens are dead within a second\n" + successor + "  ES256  signs"), 0U)
      << said.out;
  EXPECT_EQ(audit(), "key_revoked address= \"key " + old + "\"\nkey_rotated address= \"key " + successor + "\"\n");
  EXPECT_EQ(changes(), "gh_audit +2, gh_signing_key_secrets +1, gh_signing_keys +1 ~1");
  EXPECT_EQ(post("auth_token", form({{"username", "nobody"}, {"password", "x"}})).status, 401);
}

TEST_F(KeyCommands, RevokeOfTheSharedSecretSaysWhatToDo) {
  config["ALGORITHM"] = "HS256";
  config["SECRET_KEY"] = "0123456789abcdef0123456789abcdef";
  run({"key", "rotate"});
  const std::string kid = newest();
  Said said = run({"key", "revoke", kid});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.out, "revoked; its tokens are dead within a second\n");
  for (const char* word : {"it was revoked", "set another one", "`gatehouse key rotate`"}) {
    EXPECT_NE(said.err.find(word), std::string::npos) << said.err;
  }
  said = run({"key", "rotate"});
  EXPECT_EQ(said.status, 1);
  EXPECT_NE(said.err.find("SECRET_KEY is, or was, the key " + kid), std::string::npos) << said.err;
  config["SECRET_KEY"] = "fedcba9876543210fedcba9876543210";
  EXPECT_EQ(run({"key", "rotate"}).status, 0);
  EXPECT_NE(run({"key", "list"}).out.find("  HS256  signs  "), std::string::npos);
}

TEST_F(KeyCommands, WhatCanNotBeRevokedIsRefusedAndNothingHappens) {
  run({"key", "rotate"});
  const std::string kid = newest();
  run({"key", "revoke", kid});
  changes();
  EXPECT_EQ(run({"key", "revoke"}).err, "gatehouse key revoke: name one key; `gatehouse key list` shows them\n");
  EXPECT_EQ(run({"key", "revoke", "nobody"}).err, "gatehouse key revoke: there is no such key\n");
  EXPECT_EQ(run({"key", "revoke", kid}).err, "gatehouse key revoke: that key has been revoked already\n");
  EXPECT_EQ(run({"key", "revoke", kid}).status, 1);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(KeyCommands, ConfigCheckWarnsOfAPublishPeriodThatCachesOutlast) {
  for (const auto& [minutes, warns] : {std::pair{"0", true}, {"5", true}, {"6", false}, {"10", false}}) {
    config["KEY_PUBLISH_MINUTES"] = minutes;
    const Said said = run({"config", "check"});
    EXPECT_EQ(said.status, 0);
    EXPECT_EQ(said.out, "the configuration is good\n");
    EXPECT_EQ(said.err.find("KEY_PUBLISH_MINUTES is " + std::string(minutes) + ": ") == 0, warns) << said.err;
    EXPECT_EQ(said.err.empty(), !warns);
  }
}

}  // namespace
}  // namespace gatehouse::test
