// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

class ApiKeysGenerate : public World {
 protected:
  ApiKeysGenerate() { add_user(); }

  Answer generate(const Fields& wanted, const std::string& username = "ann") {
    return post("api_keys_generate", json_object(wanted).bearing(access_token(username)));
  }
  Answer generate_from(std::string_view body) {
    return post("api_keys_generate", json_text(body).bearing(access_token()));
  }
  int opens(const std::string& key) { return get("users_me", with_key(key)).status; }
  std::string living() { return value("SELECT COUNT(*) FROM gh_api_keys WHERE slot IS NOT NULL"); }
  // All at once, each by a process of its own, with as much allowance as it likes; who meets too many others to get
  // through (503) comes again.
  std::vector<Answer> generate_at_once(int count, const std::function<Fields(int)>& wanted) {
    const std::string token = access_token();
    const auto bucket = crypto::labelled_sha256("allowance of user", "api_keys_generate POST 1");
    const Time end = from_millis((to_millis(clock.now()) / 3'600'000 + 1) * 3'600'000);
    return in_parallel(count, [&](WebHead& head, int i) {
      *head.process("api_keys_generate").purse.of(bucket, clock.now()) = {.window_ends_at = end, .left = 1000};
      Answer answer;
      do {
        answer = head.send("api_keys_generate", json_object(wanted(i)).bearing(token).by("POST"));
      } while (answer.status == 503);
      return answer;
    });
  }
  static std::ptrdiff_t count(const std::vector<Answer>& answers, int status) {
    return std::count_if(answers.begin(), answers.end(), [&](const Answer& answer) { return answer.status == status; });
  }
};

TEST_F(ApiKeysGenerate, WithoutABodyTheKeyMayAllThatTheLoginMay) {
  const Answer answer =
      post("api_keys_generate", bearer(access_token("ann", {{"scope", "profile:read profile:write"}})));
  EXPECT_EQ(answer.status, 200);
  const std::string key = answer.text("api_key");
  EXPECT_TRUE(key.starts_with("gh_"));
  EXPECT_EQ(answer.text("prefix"), key.substr(0, 9));
  EXPECT_NE(answer.body.find(R"("scopes":["profile:read","profile:write"],"expires_at":null})"), std::string::npos)
      << answer.body;
  EXPECT_EQ(audit(), "api_key_generated user=1 session key address=10.0.0.1 \"profile:read profile:write\"\n");
  EXPECT_EQ(changes(), "gh_allowances +1, gh_api_keys +1, gh_audit +1");
  EXPECT_EQ(opens(key), 200);
}

TEST_F(ApiKeysGenerate, TheKeyIsNowhereInTheDatabaseButForItsHash) {
  const std::string key = generate({{"name", "backup"}}).text("api_key");
  get("users_me", with_key(key));
  const std::string secret = key.substr(9);
  for (const auto& row : admin.query("SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS"
                                     " WHERE TABLE_SCHEMA = DATABASE()")) {
    for (const std::string& part : {secret, secret.substr(0, 12), secret.substr(secret.size() - 12)}) {
      EXPECT_EQ(
          value("SELECT COUNT(*) FROM " + row[0] + " WHERE INSTR(CAST(" + row[1] + " AS BINARY), '" + part + "')"), "0")
          << row[0] << "." << row[1];
    }
  }
  EXPECT_EQ(value("SELECT LOWER(HEX(hash)) FROM gh_api_keys"),
            to_hex(bytes_of(crypto::labelled_sha256("api key", key))));
  EXPECT_EQ(head().log.find(secret), std::string::npos);
}

TEST_F(ApiKeysGenerate, AKeyHasWhatWasAskedFor) {
  const Answer answer = generate_from(
      R"({"name":"Ünï","scopes":["posts:read","profile:read"],"expires_in_days":30,"requests_per_minute":5})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.text("expires_at"), "2026-03-31T12:00:00.250Z");
  EXPECT_EQ(value("SELECT name FROM gh_api_keys"), "Ünï");
  EXPECT_EQ(value("SELECT scopes FROM gh_api_keys"), "profile:read posts:read");
  EXPECT_EQ(value("SELECT requests_per_minute FROM gh_api_keys"), "5");
}

TEST_F(ApiKeysGenerate, AKeyNeverGetsWhatItsMakersLoginLacks) {
  const std::string narrow = access_token("ann", {{"scope", "profile:read profile:write"}});
  for (const char* scopes : {"posts:read", "profile:read posts:read", "admin", "users:read admin"}) {
    const Answer answer = post("api_keys_generate", json_object({{"scopes", scopes}}).bearing(narrow));
    EXPECT_EQ(answer.status, 403) << scopes;
  }
  EXPECT_EQ(living(), "0");
}

TEST_F(ApiKeysGenerate, ScopesThatNobodyKnowsAreDroppedAndNoneIsWrong) {
  EXPECT_EQ(generate({{"scopes", "minds:read"}}).wrong_fields(), "scopes");
  EXPECT_EQ(living(), "0");
  EXPECT_EQ(generate({{"scopes", "minds:read profile:read"}}).status, 200);
  EXPECT_EQ(value("SELECT scopes FROM gh_api_keys"), "profile:read");
}

TEST_F(ApiKeysGenerate, ANameIsWordsOfOneLine) {
  for (const char* name : {" ", "\\u0001", "a\\nb", "\\u007f", ""}) {
    EXPECT_EQ(generate_from(R"({"name":")" + std::string(name) + "\"}").wrong_fields(), "name") << name;
  }
  EXPECT_EQ(living(), "0");
}

TEST_F(ApiKeysGenerate, WithoutANameItTakesThePlaceOfTheNamelessOne) {
  const std::string named = generate({{"name", "backup"}}).text("api_key");
  const std::string first = generate(Fields{}).text("api_key");
  const std::string token = access_token();
  const std::string second = post("api_keys_generate", bearer(token)).text("api_key");
  EXPECT_EQ(audit(),
            "api_key_revoked user=1 session address=10.0.0.1 \"replaced\"\n"
            "api_key_generated user=1 session key address=10.0.0.1"
            " \"profile:read profile:write posts:read posts:write\"\n");
  EXPECT_EQ(opens(first), 401);
  EXPECT_EQ(opens(second), 200);
  EXPECT_EQ(opens(named), 200);
}

TEST_F(ApiKeysGenerate, ThereAreAtMostTwentyFiveNames) {
  add_user({.username = "eve"});
  for (int i = 0; i < 25; ++i) EXPECT_EQ(generate({{"name", std::to_string(i)}}).status, 200) << i;
  const std::string token = access_token();
  const Answer answer = post("api_keys_generate", json_object({{"name", "one more"}}).bearing(token));
  EXPECT_EQ(answer.status, 409);
  EXPECT_NE(answer.detail().find("25"), std::string::npos);
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(generate(Fields{}).status, 200) << "the nameless one has a place of its own";
  EXPECT_EQ(generate({{"name", "0"}}, "eve").status, 200) << "somebody else's are others";
  sql("UPDATE gh_api_keys SET revoked_at = 1, live_name = NULL, slot = NULL WHERE name = '7'");
  EXPECT_EQ(generate({{"name", "one more"}}).status, 200);
  EXPECT_EQ(living(), "27");
}

TEST_F(ApiKeysGenerate, ANameIsTakenOnce) {
  const std::string key = generate({{"name", "backup"}}).text("api_key");
  EXPECT_EQ(generate({{"name", "backup"}}).status, 409);
  EXPECT_EQ(opens(key), 200);
  EXPECT_EQ(generate({{"name", "Backup"}}).status, 200) << "another name";
  EXPECT_EQ(generate({{"name", "backup "}}).status, 200) << "another name";
  EXPECT_EQ(living(), "3");
}

TEST_F(ApiKeysGenerate, AnExpiredKeyKeepsNeitherItsNameNorItsPlace) {
  for (int i = 0; i < 25; ++i) {
    EXPECT_EQ(generate({{"name", std::to_string(i)}}).status, 200);
  }
  sql("UPDATE gh_api_keys SET expires_at = created_at + 1000 WHERE name IN ('3', '4')");
  clock.advance(seconds(1));
  EXPECT_EQ(generate({{"name", "3"}}).status, 200);
  EXPECT_EQ(generate({{"name", "new"}}).status, 200);
  EXPECT_EQ(generate({{"name", "newer"}}).status, 409);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_api_keys WHERE name = '3' AND revoked_at = expires_at"), "1");
}

TEST_F(ApiKeysGenerate, OfFiftyNamesAtOnceTwentyFiveAreMade) {
  const auto answers = generate_at_once(50, [](int i) { return Fields{{"name", std::to_string(i)}}; });
  EXPECT_EQ(count(answers, 200), 25);
  EXPECT_EQ(count(answers, 409), 25);
  EXPECT_EQ(living(), "25");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'api_key_generated'"), "25");
}

TEST_F(ApiKeysGenerate, OfManyNamelessOnesAtOnceOneLives) {
  const auto answers = generate_at_once(20, [](int) { return Fields{}; });
  EXPECT_EQ(count(answers, 200), 20);
  EXPECT_EQ(living(), "1");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'api_key_generated'"), "20");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'api_key_revoked'"), "19");
  const auto live = std::count_if(answers.begin(), answers.end(),
                                  [&](const Answer& answer) { return opens(answer.text("api_key")) == 200; });
  EXPECT_EQ(live, 1);
}

TEST_F(ApiKeysGenerate, OfOneNameWantedByManyAtOnceOneIsMade) {
  const auto answers = generate_at_once(20, [](int) { return Fields{{"name", "backup"}}; });
  EXPECT_EQ(count(answers, 200), 1);
  EXPECT_EQ(count(answers, 409), 19);
  EXPECT_EQ(living(), "1");
}

TEST_F(ApiKeysGenerate, ALoginOfMoreThanTenMinutesAgoIsTooOld) {
  const std::string token = access_token();
  clock.advance(minutes(10));
  EXPECT_EQ(post("api_keys_generate", bearer(token)).status, 200);
  clock.advance(milliseconds(1));
  changes();
  const Answer answer = post("api_keys_generate", bearer(token));
  EXPECT_EQ(answer.status, 401);
  EXPECT_NE(answer.header("WWW-Authenticate").find("insufficient_user_authentication"), std::string::npos);
  EXPECT_EQ(living(), "1");
}

TEST_F(ApiKeysGenerate, AKeyMakesNoKey) {
  const std::string key = api_key();
  EXPECT_EQ(post("api_keys_generate", with_key(key)).status, 401);
  EXPECT_EQ(post("api_keys_generate", bearer(key)).status, 401);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(ApiKeysGenerate, ThirtyAnHourAreEnoughForOneUser) {
  add_user({.username = "eve"});
  for (int i = 0; i < 30; ++i) EXPECT_EQ(generate(Fields{}).status, 200);
  const Answer answer = generate(Fields{});
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.header("X-RateLimit-Limit"), "30");
  EXPECT_EQ(answer.header("X-RateLimit-Remaining"), "0");
  EXPECT_EQ(answer.header("Retry-After"), "3600");
  EXPECT_EQ(generate(Fields{}, "eve").status, 200);
  clock.advance(hours(1));
  EXPECT_EQ(generate(Fields{}).status, 200);
}

}  // namespace
}  // namespace gatehouse::test
