// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/keys.h"
#include "auth/sessions/sessions.h"
#include "base/encoding.h"
#include "support/jwt.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

constexpr const char* kPlainChallenge = "Bearer realm=\"gatehouse\", scope=\"profile:read\"";
constexpr const char* kInvalid = "Bearer realm=\"gatehouse\", error=\"invalid_token\", error_description=\"invalid\"";
constexpr const char* kExpired = "Bearer realm=\"gatehouse\", error=\"invalid_token\", error_description=\"expired\"";

class UsersMe : public World {
 protected:
  // Refused with 401, this challenge, and nothing changed.
  void expect_401(const Call& call, const char* challenge, const std::string& what) {
    const Answer answer = get("users_me", call);
    EXPECT_EQ(answer.status, 401) << what;
    EXPECT_EQ(answer.header("WWW-Authenticate"), challenge) << what;
    EXPECT_EQ(changes(), "nothing") << what;
  }
  void expect_invalid(const std::string& token, const std::string& what) { expect_401(bearer(token), kInvalid, what); }

  // The key that signs now, as only a minting executable can open it.
  const crypto::SigningKey& signing_key() {
    Process& minting = head().process("auth_token");
    return minting.keyring.signer(minting.database, clock.now()).key;
  }
  std::string sign(const json::Value& header, const json::Value& claims) {
    return sign_token(signing_key(), to_text(header), to_text(claims));
  }
};

TEST_F(UsersMe, AnswersOnesOwnProfile) {
  add_user({.username = "Ann", .role = "moderator"});
  const Answer answer = get("users_me", bearer(access_token("ann")));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(
      answer.body,
      R"({"id":1,"username":"Ann","email":"Ann@example.com","full_name":null,"role":"moderator","is_active":true,)"
      R"("is_verified":true,"created_at":"2026-03-01T12:00:00.250Z","updated_at":"2026-03-01T12:00:00.250Z","language":null})");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(UsersMe, TakesOneQueryForEachRequest) {
  add_user();
  const std::string token = access_token();
  get("users_me", bearer(token));
  get("users_me", bearer(token));
  EXPECT_EQ(head().statements, std::vector<std::string>{"sessions.bearer"});
}

TEST_F(UsersMe, TheSchemeIsReadInAnyCase) {
  add_user();
  const std::string token = access_token();
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER "}) {
    EXPECT_EQ(get("users_me", Call{}.with("Authorization", scheme + token)).status, 200) << scheme;
  }
}

TEST_F(UsersMe, WithoutATokenTheChallengeNamesNoError) {
  add_user();
  const std::string token = access_token();
  const auto with = [](const std::string& authorization) { return Call{}.with("Authorization", authorization); };
  expect_401({}, kPlainChallenge, "no header");
  expect_401(with(""), kPlainChallenge, "an empty header");
  expect_401(with("Bearer"), kPlainChallenge, "a scheme without a token");
  expect_401(with("Basic YW5uOnB3"), kPlainChallenge, "another scheme");
  expect_401(with(token), kPlainChallenge, "a token without a scheme");
  expect_401(Call{}.with("X-Access-Token", token), kPlainChallenge, "a token elsewhere");
  expect_401(Call{}.at("/api/v1/users/me?access_token=" + token), kPlainChallenge, "a token in the URL");
  expect_401(Call{}.with("Cookie", "access_token=" + token), kPlainChallenge, "a plain cookie on https");
}

TEST_F(UsersMe, GarbageIsAnInvalidToken) {
  add_user();
  const std::string token = access_token();
  for (const char* garbage : {" ", "x", ".", "..", "...", "a.b.c", "a.b", "null", "\xff\xfe.\xff.\xff", "%00"}) {
    expect_invalid(garbage, garbage);
  }
  expect_invalid(" " + token, "two blanks");
  expect_invalid(token + " ", "a blank after it");
  expect_invalid(token + ", Bearer " + token, "two headers joined by a comma");
  expect_invalid(token + "," + token, "two tokens");
  expect_invalid(std::string(8000, '.'), "dots");
}

TEST_F(UsersMe, AMegabyteOfDotsIsRefusedUnread) {
  EXPECT_EQ(get("users_me", bearer(std::string(1024 * 1024, '.'))).status, 431);
}

TEST_F(UsersMe, ATokenChangedByAnyCharacterIsInvalid) {
  add_user();
  const std::string token = access_token();
  expect_invalid(token.substr(0, token.size() - 1), "truncated");
  expect_invalid(token.substr(1), "without its first character");
  for (const char* more : {"A", "=", ".", "..", "\t", "%3d"}) expect_invalid(token + more, more);
  for (std::size_t at = 0; at < token.size(); at += 7) {
    std::string other = token;
    other[at] = other[at] == 'A' ? 'B' : 'A';
    expect_invalid(other, "another character at " + std::to_string(at));
  }
  expect_invalid("." + token, "an extra dot in front");
  std::string doubled = token;
  doubled.insert(doubled.find('.'), ".");
  expect_invalid(doubled, "an extra dot inside");
}

TEST_F(UsersMe, TheLastCharactersHaveOneSpellingOnly) {
  add_user();
  std::string token = access_token();
  // 64 bytes in base64url leave four bits of the last character unused.
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  token.back() = kAlphabet[kAlphabet.find(token.back()) ^ 1U];
  expect_invalid(token, "stray bits");
}

TEST_F(UsersMe, NoHeaderChoosesTheAlgorithm) {
  add_user();
  const std::string token = access_token();
  const json::Value header = header_of(token);
  const std::string claims = to_text(claims_of(token));
  for (const char* none : {"\"none\"", "\"None\"", "\"nOnE\"", "\"\"", "null", "0", "[\"none\"]"}) {
    expect_invalid(join_token(to_text(with_member(header, "alg", none)), claims, ""), none);
  }
  expect_invalid(join_token(to_text(with_member(header, "alg", "")), claims, ""), "no alg at all");

  // The public key, which everybody has, taken for a secret.
  const std::string public_der = signing_key().public_der();
  const std::string jwks = get("well_known_jwks").body;
  const std::string as_hs256 = to_text(with_member(header, "alg", "\"HS256\""));
  for (const std::string& secret : {public_der, jwks}) {
    const auto forger = crypto::SigningKey::from_hs256_secret(Secret(secret));
    expect_invalid(sign_token(forger, as_hs256, claims), "HS256 with the public key");
  }
  for (const char* other : {"\"RS256\"", "\"EdDSA\"", "\"ES384\"", "\"es256\"", "\"ES256 \""}) {
    expect_invalid(sign_token(signing_key(), to_text(with_member(header, "alg", other)), claims), other);
  }
}

TEST_F(UsersMe, AKeyOfTheTokensOwnIsNotBelieved) {
  add_user();
  const std::string token = access_token();
  const std::string claims = to_text(claims_of(token));
  const auto forger = crypto::SigningKey::generate(crypto::Algorithm::es256);
  expect_invalid(sign_token(forger, to_text(header_of(token)), claims), "another key under a known kid");
  json::Value header = with_member(header_of(token), "jwk", R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})");
  expect_invalid(sign_token(forger, to_text(header), claims), "with its key in the header");
  header = with_member(header_of(token), "jku", R"("https://evil.example/jwks.json")");
  expect_invalid(sign_token(forger, to_text(header), claims), "with a URL of its keys");
}

TEST_F(UsersMe, OnlyAnAccessTokensHeaderWillDo) {
  add_user();
  const std::string token = access_token();
  const json::Value header = header_of(token);
  const json::Value claims = claims_of(token);
  EXPECT_EQ(get("users_me", bearer(sign(header, claims))).status, 200)
      << "what follows differs from this in one member";
  for (const char* typ : {"", "\"rt+jwt\"", "\"JWT\"", "\"AT+JWT\"", "\"application/at+jwt\"", "5", "null"}) {
    expect_invalid(sign(with_member(header, "typ", typ), claims), std::string("typ ") + typ);
  }
  for (const char* kid : {"", "\"unknown\"", "\"\"", "5", "\"../../etc/passwd\"", "\"' OR 1=1 -- \""}) {
    expect_invalid(sign(with_member(header, "kid", kid), claims), std::string("kid ") + kid);
  }
  for (const char* crit : {"[]", "[\"exp\"]", "null"}) {
    expect_invalid(sign(with_member(header, "crit", crit), claims), std::string("crit ") + crit);
  }
}

TEST_F(UsersMe, EveryClaimThatDecidesMustBeThereAndOurs) {
  add_user();
  add_user({.username = "bob"});
  const std::string token = access_token();
  const json::Value header = header_of(token);
  const json::Value claims = claims_of(token);
  for (const char* name : {"iss", "aud", "sub", "sid", "jti", "nbf", "exp"}) {
    for (const char* wrong :
         {"", "null", "\"x\"", "{}", "[]", "true", "-1", "1e400000", "9223372036854775808", "0.5"}) {
      if (std::string_view(wrong) == "1e400000") continue;  // not JSON that this parser reads
      expect_invalid(sign(header, with_member(claims, name, wrong)), std::string(name) + " " + wrong);
    }
  }
  expect_invalid(sign(header, with_member(claims, "iss", R"("https://auth.example.com/")")), "a longer issuer");
  expect_invalid(sign(header, with_member(claims, "aud", R"(["other"])")), "for somebody else");
  expect_invalid(sign(header, with_member(claims, "sub", "\"2\"")), "another user than the session's");
  expect_invalid(sign(header, with_member(claims, "sub", "1")), "a number as sub");
  expect_invalid(sign(header, with_member(claims, "sub", "\"1 \"")), "a blank behind sub");
  expect_invalid(sign(header, with_member(claims, "sid", "\"AAAAAAAAAAAAAAAAAAAAAA\"")), "no such session");
  const std::string later = std::to_string(to_unix_seconds(clock.now()) + 11);
  expect_invalid(sign(header, with_member(claims, "nbf", later)), "not yet good");
}

TEST_F(UsersMe, ATokenOfAWebHeadWhoseClockIsAheadIsGood) {
  add_user();
  clock.advance(seconds(9));
  const std::string token = access_token();
  clock.advance(-seconds(9));
  EXPECT_EQ(get("users_me", bearer(token)).status, 200);
}

TEST_F(UsersMe, OneOfSeveralAudiencesIsEnough) {
  add_user();
  const std::string token = access_token();
  const json::Value claims = with_member(claims_of(token), "aud", R"(["other","https://auth.example.com"])");
  EXPECT_EQ(get("users_me", bearer(sign(header_of(token), claims))).status, 200);
}

TEST_F(UsersMe, AnExpiredTokenSaysSo) {
  add_user();
  const std::string token = access_token();
  clock.advance(minutes(30) - milliseconds(251));
  EXPECT_EQ(get("users_me", bearer(token)).status, 200);
  EXPECT_EQ(changes(), "gh_sessions ~1") << "last used now";
  clock.advance(milliseconds(1));
  expect_401(bearer(token), kExpired, "to the second that exp names");
}

TEST_F(UsersMe, ARefreshTokenIsNoAccessToken) {
  add_user();
  expect_invalid(log_in().text("refresh_token"), "a refresh token");
}

TEST_F(UsersMe, AnEndedSessionEndsItsTokensAtOnce) {
  add_user();
  const std::string token = access_token();
  EXPECT_EQ(get("users_me", bearer(token)).status, 200) << "and is remembered as verified";
  sql("UPDATE gh_sessions SET ended_at = 1, ended_why = 'logout'");
  expect_invalid(token, "an ended session");
}

TEST_F(UsersMe, ARevokedTokenIsDeadAtOnceAndItsSiblingIsNot) {
  add_user();
  const std::string token = access_token();
  const std::string sibling = access_token();
  EXPECT_EQ(get("users_me", bearer(token)).status, 200);
  const std::string jti = to_hex(*from_base64url(claims_of(token).string_of("jti")));
  sql("INSERT INTO gh_revoked_tokens (jti, expires_at) VALUES (UNHEX('" + jti + "'), 1)");
  expect_invalid(token, "a revoked token");
  EXPECT_EQ(get("users_me", bearer(sibling)).status, 200);
}

TEST_F(UsersMe, ASessionThatIsGoneOrOutlivedIsRefused) {
  add_user();
  const std::string token = access_token();
  sql("UPDATE gh_sessions SET expires_at = " + std::to_string(to_millis(clock.now())));
  expect_401(bearer(token), kExpired, "an idle session");
  sql("UPDATE gh_sessions SET expires_at = expires_at + 1000, ends_at = expires_at - 1000");
  expect_401(bearer(token), kExpired, "a session at its absolute end");
  sql("DELETE FROM gh_sessions");
  expect_invalid(token, "no session");
}

TEST_F(UsersMe, ADeactivatedAccountIsRefusedAtOnceWith403) {
  add_user();
  const std::string token = access_token();
  EXPECT_EQ(get("users_me", bearer(token)).status, 200);
  sql("UPDATE gh_users SET is_active = 0");
  const Answer answer = get("users_me", bearer(token));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.text("type"), "urn:gatehouse:problem:deactivated");
  EXPECT_EQ(answer.header("WWW-Authenticate"), "");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(UsersMe, ADeletedUserIsRefused) {
  add_user();
  const std::string token = access_token();
  sql("DELETE FROM gh_users");
  expect_invalid(token, "nobody");
}

TEST_F(UsersMe, AScopeThatIsMissingIsNamed) {
  add_user();
  const std::string token = access_token("ann", {{"scope", "posts:read profile:write"}});
  const Answer answer = get("users_me", bearer(token));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.header("WWW-Authenticate"),
            "Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"profile:read\"");
  EXPECT_EQ(answer.detail(), "needs scope profile:read");
  EXPECT_EQ(audit(), "unauthorized_access user=1 session address=10.0.0.1 \"users_me: needs scope profile:read\"\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_audit_counts +1");
}

TEST_F(UsersMe, ARoleThatThisBuildDoesNotKnowGrantsNothing) {
  add_user();
  const std::string token = access_token();
  sql("UPDATE gh_users SET role = 'emperor'");
  expect_invalid(token, "a role of a newer build");
}

TEST_F(UsersMe, ANewRoleShowsAtOnce) {
  add_user({.role = "admin"});
  const std::string token = access_token();
  EXPECT_EQ(get("users_me", bearer(token)).text("role"), "admin");
  sql("UPDATE gh_users SET role = 'user'");
  EXPECT_EQ(get("users_me", bearer(token)).text("role"), "user");
}

TEST_F(UsersMe, ScopesAreCutToWhatTheRoleOfThisMomentAllows) {
  add_user({.role = "admin"});
  const std::string token = access_token();
  const auto scopes_now = [&] {
    Process& process = head().process("users_me");
    const auto principal = sessions::authenticate_bearer({.process = process, .now = clock.now()}, token);
    return principal ? principal->rights.scopes.text() : "refused";
  };
  EXPECT_EQ(scopes_now(),
            "profile:read profile:write posts:read posts:write posts:delete users:read users:write admin");
  sql("UPDATE gh_users SET role = 'user'");
  EXPECT_EQ(scopes_now(), "profile:read profile:write posts:read posts:write");
}

TEST_F(UsersMe, ARetiredKeyVerifiesNothing) {
  add_user();
  const std::string token = access_token();
  EXPECT_EQ(get("users_me", bearer(token)).status, 200);
  sql("UPDATE gh_signing_keys SET retires_at = " + std::to_string(to_millis(clock.now()) + 100));
  clock.advance(seconds(1));
  expect_invalid(token, "of a retired key");
}

TEST_F(UsersMe, AKeyTakenAwayVerifiesNothingWithinASecond) {
  add_user();
  const std::string token = access_token();
  EXPECT_EQ(get("users_me", bearer(token)).status, 200);
  sql("DELETE FROM gh_signing_keys");
  clock.advance(seconds(1));
  expect_invalid(token, "of a key that is gone");
}

TEST_F(UsersMe, ANewKeyVerifiesWithinASecond) {
  add_user();
  get("users_me", bearer(access_token()));
  rotate_key();
  clock.advance(minutes(10));
  WebHead other = another_head();
  const Answer login = other.send("auth_token", form({{"username", "ann"}, {"password", kPassword}}).by("POST"));
  EXPECT_EQ(get("users_me", bearer(login.text("access_token"))).status, 200);
}

TEST_F(UsersMe, MoreTokensThanItRemembersAreAllAccepted) {
  add_user();
  const std::string token = access_token();
  const json::Value header = header_of(token);
  std::vector<std::string> tokens;
  for (int i = 0; i < 600; ++i) {
    tokens.push_back(sign(header, with_member(claims_of(token), "n", std::to_string(i))));
  }
  Process& process = head().process("users_me");
  for (int round = 0; round < 2; ++round) {
    for (const std::string& each : tokens) {
      ASSERT_TRUE(sessions::authenticate_bearer({.process = process, .now = clock.now()}, each));
    }
  }
}

TEST_F(UsersMe, OnesNameChangesAndAnEmptyOneIsTakenAway) {
  add_user();
  const std::string token = access_token();
  const auto put = [&](const std::string& name) {
    return send("users_me", json_object({{"full_name", name}}).bearing(token).by("PUT"));
  };
  EXPECT_EQ(put("Ann O'Lee").text("full_name"), "Ann O'Lee");
  EXPECT_EQ(audit(), "profile_updated user=1 session address=10.0.0.1\n");
  EXPECT_TRUE(put("").json.find("full_name")->is(json::Kind::null));
  EXPECT_EQ(get("users_me", bearer(token)).text("email"), "ann@example.com");
}

TEST_F(UsersMe, ANewEmailTakesAFreshLoginAndMail) {
  add_user();
  const std::string token = access_token();
  const auto put = [&](const std::string& email) {
    return send("users_me", json_object({{"email", email}}).bearing(token).by("PUT"));
  };
  EXPECT_EQ(put("lee@example.com").status, 503) << "nobody could confirm it";
  EXPECT_EQ(changes(), "nothing");
  set("MAIL_FROM", "auth@example.com");
  EXPECT_EQ(put("lee@example.com").status, 202);
  EXPECT_EQ(put("ann@example.com").status, 200) << "the same email is no change";
  clock.advance(minutes(11));
  changes();
  const Answer stale = put("later@example.com");
  EXPECT_EQ(stale.status, 401);
  EXPECT_NE(stale.header("WWW-Authenticate").find("insufficient_user_authentication"), std::string::npos);
  EXPECT_EQ(changes(), "gh_sessions ~1") << "last used now";
}

TEST_F(UsersMe, ANewEmailOfSomebodyElseIsAnsweredAsAnyOtherAndItsOwnerIsTold) {
  set("MAIL_FROM", "auth@example.com");
  add_user();
  add_user({.username = "eve"});
  add_user({.username = "gone"});
  sql("UPDATE gh_users SET is_active = 0 WHERE username = 'gone'");
  const std::string token = access_token();
  const std::string kFirst = "gh_audit +1, gh_audit_counts +1, gh_email_tokens +1, gh_outbox +1";
  const std::string kNext = "gh_audit +1, gh_audit_counts +1, gh_email_tokens +1 ~1, gh_outbox +1";
  send("users_me", json_object({{"full_name", "Ann"}}).bearing(token).by("PUT"));  // what is read once
  sql("DELETE FROM gh_audit");
  std::string body;
  std::vector<std::string> statements;
  for (const char* name : {"free", "eve", "EVE", "gone"}) {
    SCOPED_TRACE(name);
    clock.advance(seconds(1));
    sql("DELETE FROM gh_audit_counts");
    const Answer answer =
        send("users_me", json_object({{"email", std::string(name) + "@example.com"}}).bearing(token).by("PUT"));
    EXPECT_EQ(answer.status, 202);
    if (body.empty()) body = answer.body;
    if (statements.empty()) statements = head().statements;
    EXPECT_EQ(answer.body, body);
    EXPECT_EQ(head().statements, statements);
    EXPECT_EQ(changes(), std::string(name) == "free" ? kFirst : kNext);
  }
  EXPECT_EQ(value("SELECT GROUP_CONCAT(CONCAT_WS(' ', kind, user_id, state) ORDER BY created_at SEPARATOR '; ')"
                  " FROM gh_outbox"),
            "change_email 1 waiting; address_in_use 2 waiting; address_in_use 2 waiting; address_in_use nobody");
  EXPECT_EQ(mail().find("address_in_use user=2 {}"), mail().find("address_in_use")) << "no token of ann's goes there";
}

TEST_F(UsersMe, AnAddressIsChangedOnlySoOften) {
  set("MAIL_FROM", "auth@example.com");
  set("MAIL_LIMIT", "3/hour");
  add_user();
  const std::string token = access_token();
  const auto put = [&](int i) {
    const std::string email = "a" + std::to_string(i) + "@example.com";
    return send("users_me", json_object({{"email", email}}).bearing(token).by("PUT"));
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(put(i).status, 202);
  const Answer refused = put(3);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "3600");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox"), "3");
}

TEST_F(UsersMe, DeletionEndsEverySessionAndKeepsTheName) {
  add_user();
  const std::string one = access_token();
  const std::string two = access_token();
  EXPECT_EQ(send("users_me", bearer(one).by("DELETE")).status, 200);
  EXPECT_EQ(audit(), "account_deactivated user=1 session address=10.0.0.1\n");
  EXPECT_EQ(get("users_me", bearer(two)).status, 401);
  EXPECT_EQ(post("auth_token", form({{"username", "ann"}, {"password", kPassword}})).status, 401);
  const Answer again =
      post("users_register", json_object({{"email", "x@example.com"}, {"username", "ANN"}, {"password", kPassword}}));
  EXPECT_EQ(again.status, 409);
}

TEST_F(UsersMe, OfChangesAtOnceNoneUndoesAnother) {
  add_user();
  const std::string token = access_token();
  const auto answers = in_parallel(6, [&](WebHead& head, int i) {
    return head.send("users_me", json_object({{"full_name", "Ann " + std::to_string(i)}}).bearing(token).by("PUT"));
  });
  int changed = 0;
  for (const Answer& answer : answers) {
    changed += answer.status == 200 ? 1 : 0;
    EXPECT_TRUE(answer.status == 200 || answer.status == 409) << answer.body;
  }
  EXPECT_GE(changed, 1);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'profile_updated'"), std::to_string(changed));
}

}  // namespace
}  // namespace gatehouse::test
