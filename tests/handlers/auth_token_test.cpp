// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/keys.h"
#include "base/encoding.h"
#include "support/jwt.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

class AuthToken : public World {
 protected:
  Answer try_login(const std::string& username, const std::string& password, const Fields& more = {}) {
    Fields fields{{"username", username}, {"password", password}};
    fields.insert(fields.end(), more.begin(), more.end());
    return post("auth_token", form(fields).with("X-Request-ID", "same"));
  }

  std::string stored_hash() { return value("SELECT hash FROM gh_passwords WHERE user_id = 1"); }
};

TEST_F(AuthToken, TheRightPasswordStartsASession) {
  add_user();
  const Answer answer = try_login("ann", kPassword);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("token_type"), "bearer");
  EXPECT_EQ(answer.integer("expires_in"), 1800);
  EXPECT_EQ(answer.text("scope"), "profile:read profile:write posts:read posts:write");
  EXPECT_EQ(audit(), "login_success user=1 session address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +2, gh_known_addresses +1, gh_sessions +1, gh_users ~1");
}

TEST_F(AuthToken, TheNameOrTheEmailInAnyCaseIsTheSameAccount) {
  add_user({.username = "Ann", .email = "Ann.Lee@Example.com"});
  for (const char* typed : {"Ann", "ann", "ANN", "ann.lee@example.com", "ANN.LEE@EXAMPLE.COM"}) {
    EXPECT_EQ(try_login(typed, kPassword).status, 200) << typed;
  }
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions WHERE user_id = 1"), "5");
}

TEST_F(AuthToken, NoOtherSpellingIsTheSameAccount) {
  add_user();
  for (const char* typed :
       {"ann ", " ann", "ann\t", "an\xe2\x80\x8bn", "\xef\xbd\x81nn", "ann@", "ann@example.com.", "0", "%"}) {
    EXPECT_EQ(try_login(typed, kPassword).status, 401) << typed;
  }
}

TEST_F(AuthToken, ThePasswordIsNeverTrimmedCutOrFolded) {
  add_user();
  for (const char* typed :
       {"Correct-Horse-1 ", " Correct-Horse-1", "correct-horse-1", "Correct-Horse-", "Correct-Horse-11"}) {
    EXPECT_EQ(try_login("ann", typed).status, 401) << typed;
  }
}

TEST_F(AuthToken, TheAccessTokenIsWhatRfc9068Asks) {
  add_user({.role = "moderator"});
  const Answer answer = log_in("ann");
  const std::string token = answer.text("access_token");

  const json::Value header = header_of(token);
  EXPECT_EQ(header.members.size(), 3U);
  EXPECT_EQ(header.string_of("alg"), "ES256");
  EXPECT_EQ(header.string_of("typ"), "at+jwt");
  EXPECT_EQ(header.string_of("kid"), value("SELECT kid FROM gh_signing_keys"));

  const json::Value claims = claims_of(token);
  const std::int64_t now = to_unix_seconds(clock.now());
  EXPECT_EQ(claims.members.size(), 16U) << to_text(claims);
  EXPECT_EQ(claims.string_of("acr"), "aal1");
  EXPECT_EQ(to_text(*claims.find("amr")), R"(["pwd"])");
  EXPECT_EQ(claims.string_of("iss"), "https://auth.example.com");
  EXPECT_EQ(claims.string_of("aud"), "https://auth.example.com");
  EXPECT_EQ(claims.string_of("sub"), "1");
  EXPECT_EQ(claims.string_of("username"), "ann");
  EXPECT_EQ(claims.string_of("role"), "moderator");
  EXPECT_EQ(claims.string_of("client_id"), "gatehouse");
  EXPECT_EQ(claims.string_of("scope"), answer.text("scope"));
  EXPECT_EQ(claims.find("iat")->integer(), now);
  EXPECT_EQ(claims.find("nbf")->integer(), now);
  EXPECT_EQ(claims.find("auth_time")->integer(), now);
  EXPECT_EQ(claims.find("exp")->integer(), now + 30 * 60);
  EXPECT_EQ(from_base64url(claims.string_of("jti"))->size(), 16U);
  EXPECT_EQ(to_hex(*from_base64url(claims.string_of("sid"))), value("SELECT LOWER(HEX(id)) FROM gh_sessions"));
}

TEST_F(AuthToken, TheRefreshTokenIsOfAnotherTypeAndNamedByItsSession) {
  add_user();
  const Answer answer = log_in();
  const std::string token = answer.text("refresh_token");
  EXPECT_EQ(header_of(token).string_of("typ"), "rt+jwt");
  const json::Value claims = claims_of(token);
  EXPECT_EQ(claims.find("exp")->integer(), to_unix_seconds(clock.now()) + 7 * 24 * 3600);
  EXPECT_EQ(claims.string_of("sid"), claims_of(answer.text("access_token")).string_of("sid"));
  EXPECT_EQ(to_hex(*from_base64url(claims.string_of("jti"))), value("SELECT LOWER(HEX(refresh_jti)) FROM gh_sessions"));
  EXPECT_EQ(claims.find("scope"), nullptr) << "the session row says what was granted";
}

TEST_F(AuthToken, TheSessionRowSaysWhenItEndsAndWhereItBegan) {
  add_user();
  post("auth_token", form({{"username", "ann"}, {"password", kPassword}, {"scope", "profile:read"}})
                         .from("2001:db8::7")
                         .with("User-Agent", "curl/8"));
  const std::int64_t now = to_millis(clock.now());
  EXPECT_EQ(
      value(
          "SELECT CONCAT_WS(' ', user_id, scopes, INET6_NTOA(address), user_agent, ended_at IS NULL) FROM gh_sessions"),
      "1 profile:read 2001:db8::7 curl/8 1");
  EXPECT_EQ(value("SELECT created_at FROM gh_sessions"), std::to_string(now));
  EXPECT_EQ(value("SELECT expires_at FROM gh_sessions"), std::to_string(now + 7LL * 24 * 3600 * 1000));
  EXPECT_EQ(value("SELECT ends_at FROM gh_sessions"), std::to_string(now + 30LL * 24 * 3600 * 1000));
}

TEST_F(AuthToken, AUserAgentThatIsNotTextOrTooLongDoesNoHarm) {
  add_user();
  const auto log_in_with = [&](const std::string& agent) {
    return post("auth_token", form({{"username", "ann"}, {"password", kPassword}}).with("User-Agent", agent)).status;
  };
  EXPECT_EQ(log_in_with("\xff\xfe"), 200);
  EXPECT_EQ(log_in_with("a" + std::string(400, 'b')), 200);
  std::string smiles;
  for (int i = 0; i < 100; ++i) smiles += "\xf0\x9f\x98\x80";
  EXPECT_EQ(log_in_with(smiles), 200);
  EXPECT_EQ(value("SELECT MAX(LENGTH(user_agent)) FROM gh_sessions"), "255");
}

TEST_F(AuthToken, GrantsWhatWasAskedForAndTheRoleMayHave) {
  constexpr const char* kOfUser = "profile:read profile:write posts:read posts:write";
  constexpr const char* kAll =
      "profile:read profile:write posts:read posts:write posts:delete users:read users:write admin";
  struct Case {
    const char* role;
    const char* asked;
    const char* granted;
  };
  const Case cases[] = {
      {"user", "", kOfUser},
      {"user", "profile:read", "profile:read"},
      {"user", "posts:write profile:read", "profile:read posts:write"},
      {"user", "admin users:write profile:read", "profile:read"},
      {"user", "admin", ""},
      {"user", "no:such scope", ""},
      {"user", "profile:read profile:read  profile:read", "profile:read"},
      {"user", "PROFILE:READ", ""},
      {"moderator", "", "profile:read profile:write posts:read posts:write posts:delete users:read"},
      {"moderator", "users:read users:write", "users:read"},
      {"admin", "", kAll},
      {"super_admin", "", kAll},
      {"super_admin", "admin", "admin"},
  };
  for (const char* role : {"user", "moderator", "admin", "super_admin"}) {
    add_user({.username = std::string("a-") + role, .role = role});
  }
  for (const Case& c : cases) {
    const Answer answer = try_login(std::string("a-") + c.role, kPassword, {{"scope", c.asked}});
    EXPECT_EQ(answer.status, 200) << c.role << ", " << c.asked;
    EXPECT_EQ(answer.text("scope"), c.granted) << c.role << ", " << c.asked;
    EXPECT_EQ(claims_of(answer.text("access_token")).string_of("scope"), c.granted);
  }
}

TEST_F(AuthToken, OnlyThePasswordGrantIsKnown) {
  add_user();
  EXPECT_EQ(try_login("ann", kPassword, {{"grant_type", "password"}}).status, 200);
  EXPECT_EQ(try_login("ann", kPassword, {{"grant_type", ""}}).status, 200)
      << "Swagger UI sends what is left out as empty";
  changes();
  for (const char* other : {"client_credentials", "Password", "refresh_token"}) {
    const Answer answer = try_login("ann", kPassword, {{"grant_type", other}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.wrong_fields(), "grant_type");
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuthToken, WhatSwaggerSendsOfAClientIsIgnored) {
  add_user();
  const Call call = form({{"grant_type", "password"},
                          {"username", "ann"},
                          {"password", kPassword},
                          {"client_id", "swagger"},
                          {"client_secret", "whatever"}})
                        .with("Authorization", "Basic c3dhZ2dlcjp3aGF0ZXZlcg==");
  EXPECT_EQ(post("auth_token", call).status, 200);
}

TEST_F(AuthToken, AnEmptyOrOverlongFieldIsNamed) {
  EXPECT_EQ(try_login("", "").wrong_fields(), "username password");
  EXPECT_EQ(try_login(std::string(255, 'a'), std::string(1025, 'b')).wrong_fields(), "username password");
  EXPECT_EQ(try_login("ann", "x", {{"scope", std::string(1001, 's')}}).wrong_fields(), "scope");
  EXPECT_EQ(try_login("ann", "x", {{"role", "admin"}}).wrong_fields(), "role");
  EXPECT_EQ(changes(), "nothing");
}

// Same status, headers, body, statements and rows for everybody who is refused.
TEST_F(AuthToken, NothingTellsWhyALoginWasRefused) {
  add_user({.username = "wrong"});
  add_user({.username = "locked"});
  add_user({.username = "disabled"});
  add_user({.username = "no-password"});
  add_user({.username = "strange-role"});
  sql("UPDATE gh_users SET is_active = 0 WHERE username = 'disabled'");
  sql("UPDATE gh_users SET role = 'emperor' WHERE username = 'strange-role'");
  sql("DELETE FROM gh_passwords WHERE user_id = (SELECT id FROM gh_users WHERE username = 'no-password')");

  struct Seen {
    std::string answer;
    std::vector<std::string> statements;
    std::string changes;
  };
  const auto try_twice = [&](const std::string& name, const std::string& password, const std::string& address) {
    // The first try makes the rows that the second, which is looked at, only changes.
    post("auth_token", form({{"username", name}, {"password", "Wrong-Horse-1"}}).from(address));
    sql("UPDATE gh_throttle SET locked_until = " + std::to_string(to_millis(clock.now()) + 1000) +
        " WHERE address <> '' AND subject = (SELECT UNHEX(SHA2(CONCAT('throttle user', CHAR(0), id), 256)) FROM "
        "gh_users"
        " WHERE username = 'locked')");
    const Answer answer = post(
        "auth_token", form({{"username", name}, {"password", password}}).from(address).with("X-Request-ID", "same"));
    EXPECT_EQ(answer.status, 401) << name;
    std::string text = answer.body;
    for (const auto& [header, content] : answer.headers) text += "\n" + header + ": " + content;
    return Seen{text, head().statements, changes()};
  };
  const Seen unknown = try_twice("nobody-here", kPassword, "10.0.1.1");
  EXPECT_EQ(unknown.changes, "gh_audit +1, gh_audit_counts ~2, gh_throttle ~2");
  int host = 2;
  for (const char* name : {"wrong", "locked", "disabled", "no-password", "strange-role"}) {
    const bool is_right = std::string_view(name) != "wrong";
    const Seen seen = try_twice(name, is_right ? kPassword : "Wrong-Horse-1", "10.0.1." + std::to_string(host++));
    EXPECT_EQ(seen.answer, unknown.answer) << name;
    EXPECT_EQ(seen.statements, unknown.statements) << name;
    // The same statement; but what was not evaluated does not count for the account.
    const bool is_locked = std::string_view(name) == "locked";
    EXPECT_EQ(seen.changes, is_locked ? "gh_audit +1, gh_audit_counts ~2, gh_throttle ~1" : unknown.changes) << name;
  }
}

TEST_F(AuthToken, WhatWasTypedAsANameIsNeverStoredNorLogged) {
  const std::string typed = "My-Passw0rd-In-The-Wrong-Field";
  EXPECT_EQ(try_login(typed, "x").status, 401);
  EXPECT_EQ(audit(), "login_failure address=10.0.0.1\n");
  for (const auto& table : admin.query("SHOW TABLES")) {
    for (const auto& row : admin.query("SELECT * FROM " + table[0])) {
      for (const std::string& stored : row) EXPECT_EQ(stored.find("Passw0rd"), std::string::npos) << table[0];
    }
  }
}

TEST_F(AuthToken, AnImportedBcryptHashLogsInAndIsUpgraded) {
  add_user();
  sql("UPDATE gh_passwords SET hash = '$2b$04$abcdefghijklmnopqrstuuoVBYqJ6l3EFDwxVc5yIolXKLvX..La.'");
  EXPECT_EQ(try_login("ann", "Wrong-Horse-1").status, 401);
  EXPECT_TRUE(stored_hash().starts_with("$2b$"));
  changes();
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
  EXPECT_EQ(changes(),
            "gh_audit +1, gh_audit_counts +2, gh_known_addresses +1, gh_passwords ~1, gh_sessions +1, gh_throttle -1, "
            "gh_users ~1");
  EXPECT_TRUE(stored_hash().starts_with("$argon2id$")) << stored_hash();
  const std::string upgraded = stored_hash();
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
  EXPECT_EQ(stored_hash(), upgraded);
}

TEST_F(AuthToken, ARaisedCostUpgradesTheHashAndALoweredOneDoesNot) {
  add_user();
  EXPECT_NE(stored_hash().find("m=8,t=1,p=1"), std::string::npos) << stored_hash();
  set("ARGON2_PASSES", "2");
  set("ARGON2_MEMORY_KIB", "16");
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
  EXPECT_NE(stored_hash().find("m=16,t=2,p=1"), std::string::npos) << stored_hash();
  set("ARGON2_PASSES", "1");
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
  EXPECT_NE(stored_hash().find("m=16,t=2,p=1"), std::string::npos) << stored_hash();
}

TEST_F(AuthToken, AnUnreadableHashLetsNobodyIn) {
  add_user();
  for (const char* stored :
       {"", "plain", "$argon2id$", "$2b$", "$1$abc$def", "$argon2id$v=19$m=99999999,t=9,p=1$YWJj$YWJj"}) {
    sql("UPDATE gh_passwords SET hash = " + db::Admin::quote(stored));
    EXPECT_EQ(try_login("ann", kPassword).status, 401) << stored;
    clock.advance(hours(1));
  }
}

TEST_F(AuthToken, APasswordChangedMeanwhileLetsNobodyIn) {
  add_user();
  head().on_statement = [&](const std::string&, const std::string& statement) {
    if (statement == "sessions.admit") admin.run("UPDATE gh_passwords SET hash = 'another'");
  };
  EXPECT_EQ(try_login("ann", kPassword).status, 401);
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +2, gh_passwords ~1, gh_throttle +2")
      << "judged anew against the other password, and refused like any wrong one";
}

TEST_F(AuthToken, AChangeOfThePasswordWaitsForALoginThatHasBegunItsSession) {
  add_user();
  db::Admin other(installation().server->target());
  other.run("SET SESSION innodb_lock_wait_timeout = 0");
  int tried = 0;
  head().on_statement = [&](const std::string&, const std::string& statement) {
    if (statement != "sessions.insert") return;
    ++tried;
    EXPECT_ANY_THROW(other.run("UPDATE gh_passwords SET hash = 'another'"));
    // … and for nothing else that it read: logins of one account do not wait for each other.
    EXPECT_NO_THROW(other.run("UPDATE gh_sessions SET last_used_at = last_used_at + 1"));
  };
  access_token();
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
  EXPECT_EQ(tried, 2);
}

TEST_F(AuthToken, ALoginWritesWhatIsNotOnRecordAlready) {
  add_user();
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
  changes();
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts ~2, gh_sessions +1");
  clock.advance(minutes(2));
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +1 ~1, gh_sessions +1, gh_users ~1");
  clock.advance(hours(1));
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +2, gh_known_addresses ~1, gh_sessions +1, gh_users ~1");
}

TEST_F(AuthToken, SessionsThatRanOutAreNotTooMany) {
  set("MAX_SESSIONS_PER_USER", "2");
  add_user();
  access_token();
  access_token();
  clock.advance(days(8));
  const std::string first = access_token();
  const std::string second = access_token();
  EXPECT_EQ(get("users_me", bearer(first)).status, 200);
  EXPECT_EQ(get("users_me", bearer(second)).status, 200);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions WHERE ended_why = 'too_many'"), "0");
}

TEST_F(AuthToken, OneSessionTooManyEndsTheOldest) {
  set("MAX_SESSIONS_PER_USER", "2");
  add_user();
  add_user({.username = "bob"});
  const std::string of_bob = access_token("bob");
  const std::string first = access_token();
  clock.advance(seconds(1));
  const std::string second = access_token();
  clock.advance(seconds(1));
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts ~2, gh_sessions +1 ~1");
  EXPECT_EQ(value("SELECT ended_why FROM gh_sessions WHERE ended_at = " + std::to_string(to_millis(clock.now()))),
            "too_many");
  EXPECT_EQ(get("users_me", bearer(first)).status, 401);
  EXPECT_EQ(get("users_me", bearer(second)).status, 200);
  EXPECT_EQ(get("users_me", bearer(of_bob)).status, 200);
}

TEST_F(AuthToken, WithoutASigningKeyNobodyLogsInAndNothingIsKept) {
  add_user();
  sql("DELETE FROM gh_signing_keys");
  EXPECT_EQ(try_login("ann", kPassword).status, 503);
  EXPECT_EQ(changes(), "nothing");
  rotate_key();
  clock.advance(seconds(1));
  EXPECT_EQ(try_login("ann", kPassword).status, 200);
}

TEST_F(AuthToken, AKeyThatAnotherMasterKeySealedIsNotUsed) {
  add_user();
  sql("UPDATE gh_signing_key_secrets SET sealed = REVERSE(sealed)");
  EXPECT_EQ(try_login("ann", kPassword).status, 503);
  EXPECT_NE(head().log.find("does not open with this master key"), std::string::npos);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuthToken, ANewKeySignsOnlyAfterItWasPublished) {
  add_user();
  const std::string old_kid = value("SELECT kid FROM gh_signing_keys");
  rotate_key();
  EXPECT_EQ(header_of(access_token()).string_of("kid"), old_kid);
  clock.advance(minutes(10));
  const auto new_kid = std::string(header_of(access_token()).string_of("kid"));
  EXPECT_NE(new_kid, old_kid);
  EXPECT_EQ(value("SELECT kid FROM gh_signing_keys WHERE retires_at IS NULL"), new_kid);
}

TEST_F(AuthToken, EachAlgorithmMakesTokensThatAreAccepted) {
  add_user();
  for (const char* algorithm : {"RS256", "EdDSA", "ES256"}) {
    set("ALGORITHM", algorithm);
    rotate_key();
    clock.advance(minutes(10));
    const std::string token = access_token();
    EXPECT_EQ(header_of(token).string_of("alg"), algorithm);
    EXPECT_EQ(get("users_me", bearer(token)).status, 200) << algorithm;
  }
}

TEST_F(AuthToken, IssuerAndAudienceFollowTheConfiguration) {
  set("ISSUER", "https://issuer.example");
  set("AUDIENCE", "api");
  add_user();
  const Answer answer = log_in();
  EXPECT_EQ(claims_of(answer.text("access_token")).string_of("iss"), "https://issuer.example");
  EXPECT_EQ(claims_of(answer.text("access_token")).string_of("aud"), "api");
  EXPECT_EQ(claims_of(answer.text("refresh_token")).string_of("aud"), "https://issuer.example");
}

TEST_F(AuthToken, AFloodIsCountedNotRecorded) {
  for (int i = 0; i < 8; ++i) try_login("stranger-" + std::to_string(i), "x");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'login_failure'"), "5");
  EXPECT_EQ(value("SELECT CONCAT_WS(' ', event, events, HEX(address)) FROM gh_audit_counts WHERE address <> ''"),
            "login_failure 8 0A000001");
  clock.advance(minutes(1));
  try_login("stranger", "x");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'login_failure'"), "6");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit_counts WHERE address <> ''"), "2");
}

TEST_F(AuthToken, AFloodFromOneSourceHidesNoOther) {
  for (int i = 0; i < 8; ++i) try_login("stranger-" + std::to_string(i), "x");
  changes();
  post("auth_token", form({{"username", "stranger"}, {"password", "x"}}).from("10.0.0.2"));
  EXPECT_EQ(audit(), "login_failure address=10.0.0.2\n");
}

TEST_F(AuthToken, AClientGoneWildFloodsByItsUser) {
  add_user();
  for (int i = 0; i < 7; ++i) {
    post("auth_token", form({{"username", "ann"}, {"password", kPassword}}).from("10.0.2." + std::to_string(i)));
  }
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'login_success'"), "5");
  EXPECT_EQ(value("SELECT CONCAT_WS(' ', event, events, user_id) FROM gh_audit_counts WHERE user_id = 1"),
            "login_success 7 1");
}

}  // namespace
}  // namespace gatehouse::test
