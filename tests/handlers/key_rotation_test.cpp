// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "support/jwt.h"
#include "support/parallel.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

constexpr const char* kSecretKey = "0123456789abcdef0123456789abcdef";

class KeyRotation : public World {
 protected:
  KeyRotation() { add_user(); }

  std::string rotate() {
    const auto kid = keys::rotate(operators_occasion());
    EXPECT_TRUE(kid) << kid.refusal().detail;
    return kid ? *kid : "";
  }
  keys::Revoked revoke(const std::string& kid) {
    const auto revoked = keys::revoke(operators_occasion(), kid);
    EXPECT_TRUE(revoked) << revoked.refusal().detail;
    return revoked ? *revoked : keys::Revoked{};
  }
  std::string kid_in(const Answer& login) {
    return std::string(header_of(login.text("access_token")).string_of("kid"));
  }
  std::string signing_kid() { return kid_in(log_in()); }
  int me(const Answer& login) { return get("users_me", bearer(login.text("access_token"))).status; }
  int refresh(const Answer& login) {
    return post("auth_refresh", json_object({{"refresh_token", login.text("refresh_token")}})).status;
  }

  std::string of_an_unknown_key(int number) {
    const std::string token = any_token.empty() ? any_token = access_token() : any_token;
    const auto header = with_member(header_of(token), "kid", "\"nobody-" + std::to_string(number) + "\"");
    return join_token(to_text(header), to_text(claims_of(token)), "x");
  }

  std::set<std::string> published_kids() {
    std::set<std::string> kids;
    const Answer answer = get("well_known_jwks");
    EXPECT_EQ(answer.header("Cache-Control"), "public, max-age=300");
    for (const json::Value& key : answer.json.find("keys")->items) kids.emplace(key.string_of("kid"));
    return kids;
  }

  // "ES256 verifies, RS256 signs"
  std::string phases() {
    std::string text;
    for (const keys::KeyState& key : keys::list(operators_occasion())) {
      text += (text.empty() ? "" : ", ") + key.algorithm + " " + std::string(keys::name_of(key.phase));
    }
    return text;
  }

  std::string any_token;

  // One key is open and the newest; every other that signs goes on until the next one does, and verifies for as long as
  // its last token lives.
  void expect_no_gap() {
    auto all = keys::list(operators_occasion());
    std::erase_if(all, [&](const keys::KeyState& key) { return key.retires_at && *key.retires_at <= clock.now(); });
    ASSERT_FALSE(all.empty());
    EXPECT_FALSE(all.back().retires_at) << "the newest is about to retire, and nobody follows it";
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
      EXPECT_LT(all[i].signs_from, all[i + 1].signs_from);
      ASSERT_TRUE(all[i].retires_at) << all[i].kid << " never retires";
      if (all[i].phase != keys::Phase::verifies) {
        EXPECT_GE(*all[i].retires_at, all[i + 1].signs_from + days(7) + minutes(1));
      }
    }
  }
};

TEST_F(KeyRotation, EachPhaseOfAKey) {
  const std::string old_kid = signing_kid();
  const Answer by_old = log_in();
  const std::string new_kid = rotate();
  EXPECT_EQ(changes(), "gh_audit +1, gh_signing_key_secrets +1, gh_signing_keys +1 ~1");
  const Time start = clock.now();
  const std::set<std::string> both{old_kid, new_kid};
  struct Moment {
    milliseconds after;
    const char* phases;
    const std::string& signs;
    std::set<std::string> published;
  };
  const Moment moments[] = {
      {seconds(1), "ES256 signs, ES256 published", old_kid, both},
      {minutes(10) - milliseconds(1), "ES256 signs, ES256 published", old_kid, both},
      {minutes(10) + seconds(1), "ES256 verifies, ES256 signs", new_kid, both},
      {minutes(11) + days(7) - milliseconds(1), "ES256 verifies, ES256 signs", new_kid, both},
      {minutes(11) + days(7) + seconds(1), "ES256 retired, ES256 signs", new_kid, {new_kid}},
  };
  for (const Moment& moment : moments) {
    SCOPED_TRACE(moment.phases);
    clock.advance(start + moment.after - clock.now());
    EXPECT_EQ(phases(), moment.phases);
    EXPECT_EQ(published_kids(), moment.published);
    const Answer login = log_in();
    EXPECT_EQ(kid_in(login), moment.signs);
    EXPECT_EQ(me(login), 200);
    EXPECT_EQ(refresh(login), 200);
    if (moment.after < minutes(30)) {
      EXPECT_EQ(me(by_old), 200);
    }
    expect_no_gap();
  }
}

TEST_F(KeyRotation, AKeySignsAMomentLongerWhereItWasNotReadAgainAndEvenThatRefreshTokenLivesItsWholeLife) {
  rotate();
  clock.advance(minutes(10) - milliseconds(1));
  log_in();  // which reads the keys
  clock.advance(milliseconds(999));
  const Answer late = log_in();
  EXPECT_EQ(kid_in(late), value("SELECT kid FROM gh_signing_keys ORDER BY signs_from LIMIT 1"));
  clock.advance(days(7) - milliseconds(500));
  EXPECT_EQ(refresh(late), 200);
}

// A cache that took the set just before the new key was in it, and keeps it as long as it may.
TEST_F(KeyRotation, ACachedKeySetHasTheKeyOfEveryTokenMintedMeanwhileWithTheLeastPublishPeriodThatIsCalledSafe) {
  set("KEY_PUBLISH_MINUTES", "6");
  published_kids();
  rotate();
  clock.advance(milliseconds(999));
  const auto cached = published_kids();
  EXPECT_EQ(cached.size(), 1U) << "the process has not read them again";
  clock.advance(keys::kKeySetMaxAge);
  EXPECT_TRUE(cached.contains(signing_kid()));
  clock.advance(seconds(61));
  const std::string next = signing_kid();
  EXPECT_FALSE(cached.contains(next));
  EXPECT_TRUE(published_kids().contains(next));
}

TEST_F(KeyRotation, WithoutAPublishPeriodEveryProcessHasStillReadOfAKeyBeforeItSigns) {
  set("KEY_PUBLISH_MINUTES", "0");
  for (int step = 0; step < 40; ++step) {
    // Strangers have had this process read the keys just now, so it will not for the next one.
    EXPECT_EQ(get("users_me", bearer(of_an_unknown_key(step))).status, 401);
    if (step == 5) rotate();
    WebHead other = another_head();  // that reads the keys now
    const Answer login = other.send("auth_token", form({{"username", "ann"}, {"password", kPassword}}).by("POST"));
    EXPECT_EQ(me(login), 200);
    clock.advance(milliseconds(100));
  }
  EXPECT_EQ(phases(), "ES256 verifies, ES256 signs");
}

TEST_F(KeyRotation, AShorterPublishPeriodDoesNotOvertakeTheKeyThatWaits) {
  const std::string first = rotate();
  set("KEY_PUBLISH_MINUTES", "0");
  const std::string second = rotate();
  expect_no_gap();
  clock.advance(minutes(11));
  EXPECT_EQ(signing_kid(), second);
  EXPECT_NE(first, second);
  EXPECT_EQ(phases(), "ES256 verifies, ES256 verifies, ES256 signs");
}

TEST_F(KeyRotation, ManyInAMomentAllTakeTheirTurn) {
  for (int i = 0; i < 5; ++i) rotate();
  expect_no_gap();
  const Answer login = log_in();
  clock.advance(minutes(11));
  EXPECT_EQ(me(login), 200);
  EXPECT_EQ(signing_kid(), value("SELECT kid FROM gh_signing_keys WHERE retires_at IS NULL"));
}

TEST_F(KeyRotation, OfManyAtOnceNoneLeavesAGap) {
  for (int round = 0; round < 3; ++round) {
    const auto rotated = in_processes(6, [&](int number) -> std::function<std::string()> {
      auto random = std::make_shared<CountedRandomness>(1000 + 10 * round + number);
      auto process = std::make_shared<Process>(load_settings(basic_config()), "gatehouse", keys::Power::verifies, clock,
                                               *random, [](std::string_view) {});
      return [this, process, random] {
        const auto kid = keys::rotate({.process = *process, .now = clock.now()});
        return std::string(kid ? "rotated" : "refused: " + kid.refusal().detail);
      };
    });
    EXPECT_GE(std::count(rotated.begin(), rotated.end(), "rotated"), 1);
    for (const std::string& each : rotated) {
      EXPECT_TRUE(each == "rotated" || each.find("somebody else") != std::string::npos) << each;
    }
    expect_no_gap();
    clock.advance(minutes(11));
    EXPECT_EQ(signing_kid(), value("SELECT kid FROM gh_signing_keys WHERE retires_at IS NULL"));
  }
}

TEST_F(KeyRotation, IsOnRecordWithTheKey) {
  const std::string next = rotate();
  EXPECT_EQ(audit(), "key_rotated address= \"key " + next + "\"\n");
  revoke(next);
  EXPECT_EQ(value("SELECT GROUP_CONCAT(event, ' ', detail, ' ', request_id ORDER BY id SEPARATOR '; ') FROM gh_audit"
                  " WHERE event LIKE 'key%'"),
            "key_rotated key " + next + " operator; key_revoked key " + next + " operator; key_rotated key " +
                value("SELECT kid FROM gh_signing_keys WHERE retires_at IS NULL") + " operator");
}

// ---- algorithms ----

TEST_F(KeyRotation, EveryChangeOfAlgorithmIsOneInEitherDirection) {
  set("SECRET_KEY", kSecretKey);
  std::string before = "ES256";
  for (const char* algorithm : {"RS256", "EdDSA", "HS256", "EdDSA", "RS256", "ES256"}) {
    SCOPED_TRACE(before + " to " + algorithm);
    if (std::string_view(algorithm) == "HS256") set("SECRET_KEY", kSecretKey);
    set("ALGORITHM", algorithm);
    EXPECT_TRUE(keys::needs_rotation(operators_occasion()));
    EXPECT_EQ(header_of(access_token()).string_of("alg"), before) << "the setting alone changes nothing";
    const Answer old = log_in();
    rotate();
    EXPECT_FALSE(keys::needs_rotation(operators_occasion()));
    clock.advance(minutes(9));
    EXPECT_EQ(header_of(access_token()).string_of("alg"), before);
    clock.advance(minutes(2));
    const Answer fresh = log_in();
    EXPECT_EQ(header_of(fresh.text("access_token")).string_of("alg"), algorithm);
    EXPECT_EQ(header_of(fresh.text("refresh_token")).string_of("alg"), algorithm);
    EXPECT_EQ(me(fresh), 200);
    EXPECT_EQ(me(old), 200);
    EXPECT_EQ(refresh(old), 200);
    EXPECT_EQ(refresh(fresh), 200);
    expect_no_gap();
    before = algorithm;
  }
  EXPECT_EQ(published_kids().size(), 6U) << "all but the HS256 one";
  EXPECT_EQ(get("well_known_oauth_server").body.find("ES256"), get("well_known_oauth_server").body.rfind("ES256"))
      << "each algorithm is named once";
}

TEST_F(KeyRotation, TheSharedSecretIsNeverPublished) {
  set("ALGORITHM", "HS256");
  set("SECRET_KEY", kSecretKey);
  rotate();
  EXPECT_EQ(changes(), "gh_audit +1, gh_signing_keys +1 ~1");
  clock.advance(minutes(11));
  EXPECT_EQ(header_of(access_token()).string_of("alg"), "HS256");
  EXPECT_EQ(published_kids().size(), 1U) << "the one before it";
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_signing_keys WHERE public_key LIKE '%0123%' OR kid LIKE '%0123%'"), "0");
  clock.advance(days(8));
  EXPECT_EQ(get("well_known_jwks").body, R"({"keys":[]})");
}

TEST_F(KeyRotation, TokensOfASharedSecretDieWithIt) {
  set("SECRET_KEY", kSecretKey);
  set("ALGORITHM", "HS256");
  rotate();
  clock.advance(minutes(11));
  const Answer by_hs256 = log_in();
  set("ALGORITHM", "ES256");
  rotate();
  clock.advance(minutes(11));
  EXPECT_EQ(me(by_hs256), 200);
  set("SECRET_KEY", "");
  EXPECT_EQ(me(by_hs256), 401);
  EXPECT_EQ(me(log_in()), 200);
}

TEST_F(KeyRotation, AProcessWithAnotherSecretSaysSoAndSignsNothing) {
  set("SECRET_KEY", kSecretKey);
  set("ALGORITHM", "HS256");
  rotate();
  set("SECRET_KEY", "fedcba9876543210fedcba9876543210");
  EXPECT_TRUE(keys::needs_rotation(operators_occasion()));
  EXPECT_EQ(log_in().status, 200) << "until it signs";
  clock.advance(minutes(11));
  changes();
  EXPECT_EQ(post("auth_token", form({{"username", "ann"}, {"password", kPassword}})).status, 503);
  EXPECT_EQ(changes(), "nothing");
  EXPECT_NE(head().log.find("another SECRET_KEY"), std::string::npos);
}

TEST_F(KeyRotation, OneSecretIsAKeyOnce) {
  set("SECRET_KEY", kSecretKey);
  set("ALGORITHM", "HS256");
  rotate();
  changes();
  const auto again = keys::rotate(operators_occasion());
  ASSERT_FALSE(again);
  EXPECT_NE(again.refusal().detail.find("set another one"), std::string::npos) << again.refusal().detail;
  EXPECT_EQ(changes(), "nothing");
}

// ---- revocation ----

TEST_F(KeyRotation, TheTokensOfARevokedKeyAreDeadWithinASecond) {
  const Answer before = log_in();
  EXPECT_EQ(me(before), 200);
  const std::string old_kid = kid_in(before);
  clock.advance(seconds(1));
  const auto revoked = revoke(old_kid);
  EXPECT_EQ(phases(), "ES256 revoked, ES256 signs");
  clock.advance(seconds(1));
  changes();
  EXPECT_EQ(me(before), 401);
  EXPECT_EQ(refresh(before), 401);
  EXPECT_EQ(post("auth_logout",
                 json_object({{"refresh_token", before.text("refresh_token")}}).bearing(before.text("access_token")))
                .status,
            401);
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(published_kids(), std::set<std::string>{revoked.successor});
  const Answer after = log_in();
  EXPECT_EQ(kid_in(after), revoked.successor);
  EXPECT_EQ(me(after), 200);
}

TEST_F(KeyRotation, AlsoOnAWebHeadWhoseClockIsBehind) {
  const Answer before = log_in();
  auto ahead = operators_occasion();
  ahead.now += minutes(5);
  ASSERT_TRUE(keys::revoke(ahead, kid_in(before)));
  clock.advance(seconds(1));
  EXPECT_EQ(me(before), 401);
}

TEST_F(KeyRotation, AnUnknownKeyIsReadOfAtOnceSoThatTheNewOneIsGoodOnEveryProcess) {
  const Answer before = log_in();
  EXPECT_EQ(me(before), 200);
  clock.advance(milliseconds(200));
  revoke(kid_in(before));
  WebHead other = another_head();
  const Answer login = other.send("auth_token", form({{"username", "ann"}, {"password", kPassword}}).by("POST"));
  EXPECT_NE(kid_in(login), kid_in(before));
  EXPECT_EQ(me(login), 200) << "this process has read the keys 200 ms ago";
}

TEST_F(KeyRotation, StrangersWhoNameUnknownKeysDoNotHaveThemReadEachTime) {
  int reads = 0;
  head().on_statement = [&](const std::string&, const std::string& statement) { reads += statement == "keys.list"; };
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(get("users_me", bearer(of_an_unknown_key(i))).status, 401);
    clock.advance(milliseconds(5));
  }
  EXPECT_LE(reads, 11) << "in a second";
  EXPECT_GE(reads, 5);
}

struct Revocation {
  const char* what;
  const char* before;  // done one after the other: r rotate, w wait until it signs, l wait until the old one is retired
  std::size_t which;   // of the keys by age
  const char* phases;
  int me, next_login;  // a token of the key that signed; and whether one may log in at once
};

TEST_F(KeyRotation, WhicheverKeyIsRevokedOnesInstallationGoesOn) {
  const Revocation revocations[] = {
      {"the only one", "", 0, "ES256 revoked, ES256 signs", 401, 200},
      {"the one that signs, the next published", "r", 0, "ES256 revoked, ES256 signs", 401, 200},
      {"the one that signs, two published", "rr", 0, "ES256 revoked, ES256 signs, ES256 published", 401, 200},
      {"the next one", "r", 1, "ES256 signs, ES256 revoked, ES256 published", 200, 200},
      {"the first of two published", "rr", 1, "ES256 signs, ES256 revoked, ES256 published", 200, 200},
      {"the second of two published", "rr", 2, "ES256 signs, ES256 published, ES256 revoked, ES256 published", 200,
       200},
      {"the one that signs, the old one not retired", "rw", 1, "ES256 verifies, ES256 revoked, ES256 signs", 401, 200},
      {"the old one", "rw", 0, "ES256 revoked, ES256 signs", 200, 200},
      {"a retired one", "rwl", 0, "ES256 revoked, ES256 signs", 200, 200},
  };
  for (const Revocation& revocation : revocations) {
    SCOPED_TRACE(revocation.what);
    sql("DELETE FROM gh_signing_keys");
    sql("DELETE FROM gh_signing_key_secrets");
    rotate();
    clock.advance(seconds(1));
    for (const char* step = revocation.before; *step != '\0'; ++step) {
      if (*step == 'r') rotate();
      clock.advance(*step == 'w' ? milliseconds(minutes(11)) : *step == 'l' ? milliseconds(days(8)) : milliseconds(1));
    }
    clock.advance(seconds(1));
    const Answer login = log_in();
    EXPECT_EQ(me(login), 200);
    const auto all = keys::list(operators_occasion());
    ASSERT_GT(all.size(), revocation.which);
    revoke(all[revocation.which].kid);
    clock.advance(seconds(1));
    EXPECT_EQ(phases(), revocation.phases);
    EXPECT_EQ(me(login), revocation.me);
    const Answer next = log_in();
    EXPECT_EQ(next.status, revocation.next_login);
    EXPECT_EQ(me(next), 200);
    expect_no_gap();
    // The day on which a key that was to follow nobody would have left the installation without one.
    for (int day = 0; day < 9; ++day) {
      clock.advance(days(1));
      const Answer later = log_in();
      EXPECT_EQ(me(later), 200);
      EXPECT_EQ(refresh(later), 200);
    }
  }
}

TEST_F(KeyRotation, ARevokedKeyStaysRevoked) {
  const std::string kid = signing_kid();
  clock.advance(seconds(1));
  revoke(kid);
  changes();
  const auto again = keys::revoke(operators_occasion(), kid);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.refusal().detail, "that key has been revoked already");
  EXPECT_FALSE(keys::revoke(operators_occasion(), "nobody"));
  EXPECT_EQ(changes(), "nothing");
  rotate();
  rotate();
  EXPECT_EQ(phases(), "ES256 revoked, ES256 signs, ES256 published, ES256 published");
}

TEST_F(KeyRotation, AlsoWhenSomebodyRotatesInThatVeryMoment) {
  const std::string kid = signing_kid();
  rotate();
  const auto occasion = operators_occasion();
  int retirements = 0;
  occasion.database().on_statement = [&](const db::Statement& statement) {
    if (std::string_view(statement.name()) != "keys.retire" || ++retirements != 2) return;
    sql("UPDATE gh_signing_keys SET retires_at = created_at WHERE kid = '" + kid + "'");
  };
  ASSERT_TRUE(keys::rotate(occasion));
  EXPECT_GE(retirements, 2);
  occasion.database().on_statement = nullptr;
  EXPECT_EQ(value("SELECT retires_at = created_at FROM gh_signing_keys WHERE kid = '" + kid + "'"), "1");
}

TEST_F(KeyRotation, ARevokedSharedSecretNeedsAnotherOneAndTheOperatorIsTold) {
  set("SECRET_KEY", kSecretKey);
  set("ALGORITHM", "HS256");
  sql("DELETE FROM gh_signing_keys");
  const std::string kid = rotate();
  clock.advance(seconds(1));
  const Answer login = log_in();
  EXPECT_EQ(me(login), 200);
  const auto revoked = revoke(kid);
  EXPECT_EQ(revoked.successor, "");
  EXPECT_NE(revoked.missing.find("SECRET_KEY"), std::string::npos);
  clock.advance(seconds(1));
  EXPECT_EQ(me(login), 401);
  changes();
  EXPECT_EQ(post("auth_token", form({{"username", "ann"}, {"password", kPassword}})).status, 503);
  EXPECT_NE(head().log.find("gatehouse key rotate"), std::string::npos) << head().log;
  set("SECRET_KEY", "fedcba9876543210fedcba9876543210");
  rotate();
  EXPECT_EQ(me(log_in()), 200);
}

}  // namespace
}  // namespace gatehouse::test
