// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "support/factor_world.h"

namespace gatehouse::test {
namespace {

// bob, 2, has no factor yet.
class AuthTotp : public FactorWorld {
 protected:
  AuthTotp() { add_user({.username = "bob"}); }

  // The seed of an enrolment's secret.
  static std::string seed_of(const std::string& secret) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string seed;
    unsigned pending = 0;
    int bits = 0;
    for (const char c : secret) {
      pending = (pending << 5 | static_cast<unsigned>(kDigits.find(c))) & 0xffff;
      bits += 5;
      if (bits >= 8) seed += static_cast<char>(pending >> (bits -= 8) & 0xff);
    }
    return seed;
  }
  std::string code_of(const std::string& seed, int steps = 0) {
    return factors::code_at(seed, factors::step_at(clock.now()) + steps);
  }
  Answer enroll(const std::string& token) { return post("auth_totp_enroll", bearer(token)); }
  Answer confirm(const std::string& token, const std::string& shown) {
    return post("auth_totp_confirm", json_object({{"code", shown}}).bearing(token));
  }
  Answer remove(const std::string& token, const std::string& kind, const std::string& shown) {
    return send("auth_totp", json_object({{kind, shown}}).bearing(token).by("DELETE"));
  }
  Answer renew(const std::string& token, const std::string& shown) {
    return post("auth_totp_recovery_codes", json_object({{"code", shown}}).bearing(token));
  }
  Answer log_in_with(const std::string& otp) {
    return post("auth_token", form({{"username", "bob"}, {"password", kPassword}, {"otp", otp}}));
  }
};

TEST_F(AuthTotp, IsOfferedConfirmedAndAskedForFromThenOn) {
  set("MAIL_FROM", "auth@example.com");
  const std::string other = access_token("bob");
  const std::string token = access_token("bob");
  const Answer offer = enroll(token);
  EXPECT_EQ(offer.status, 200) << offer.body;
  EXPECT_EQ(changes(), "gh_totp +1");
  const std::string secret = offer.text("secret");
  EXPECT_EQ(secret.size(), 32U);
  EXPECT_EQ(offer.text("uri"),
            "otpauth://totp/Gatehouse:bob?secret=" + secret + "&issuer=Gatehouse&algorithm=SHA1&digits=6&period=30");
  EXPECT_TRUE(offer.text("qr_svg").starts_with("<svg "));
  EXPECT_EQ(get("auth_totp", bearer(token)).json.find("is_active")->truth, false);

  const std::string seed = seed_of(secret);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_totp WHERE LOCATE(X'" + to_hex(seed) + "', sealed_seed) > 0"), "0");
  EXPECT_EQ(confirm(token, code_of(seed, 2)).status, 400);
  EXPECT_EQ(changes(), "nothing");
  const Answer confirmed = confirm(token, code_of(seed));
  EXPECT_EQ(confirmed.status, 200) << confirmed.body;
  EXPECT_EQ(audit(), "second_factor_added user=2 session address=10.0.0.1\n");
  EXPECT_EQ(changes(), "gh_audit +1, gh_outbox +1, gh_recovery_codes +10, gh_sessions ~2, gh_totp ~1");
  EXPECT_EQ(mail(), "factor_added user=2 {}\n");
  std::set<std::string> codes;
  for (const auto& item : confirmed.json.find("recovery_codes")->items) codes.insert(item.text);
  EXPECT_EQ(codes.size(), 10U);

  EXPECT_FALSE(opens(other)) << "every other session has ended";
  EXPECT_TRUE(opens(token));
  EXPECT_EQ(value("SELECT amr FROM gh_sessions WHERE ended_at IS NULL"), "pwd otp mfa");
  EXPECT_EQ(log_in_with(code_of(seed)).status, 401) << "the code of the confirmation, in the same step";
  EXPECT_EQ(log_in_with(code_of(seed, 1)).status, 200);
  for (const std::string& code : codes) EXPECT_EQ(log_in_with(code).status, 200) << code;
  EXPECT_EQ(log_in_with(*codes.begin()).status, 401);
  const Answer status = get("auth_totp", bearer(token));
  EXPECT_EQ(status.json.find("is_active")->truth, true);
  EXPECT_EQ(status.integer("recovery_codes_left"), 0);
}

TEST_F(AuthTotp, EnrollingAgainReplacesTheOfferAndNeverAFactor) {
  const std::string token = access_token("bob");
  const std::string first = seed_of(enroll(token).text("secret"));
  const std::string second = seed_of(enroll(token).text("secret"));
  EXPECT_EQ(confirm(token, code_of(first)).status, 400);
  EXPECT_EQ(confirm(token, code_of(second)).status, 200);
  changes();
  EXPECT_EQ(enroll(token).status, 409);
  EXPECT_EQ(confirm(token, code_of(second, 1)).status, 409);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuthTotp, AnOfferWaitsAQuarterOfAnHour) {
  const std::string token = access_token("bob");
  const std::string seed = seed_of(enroll(token).text("secret"));
  clock.advance(minutes(15));
  sql("UPDATE gh_sessions SET authenticated_at = " + std::to_string(to_millis(clock.now())));
  EXPECT_EQ(confirm(token, code_of(seed)).status, 409);
}

TEST_F(AuthTotp, OfTwentyConfirmationsOneAnswersTheCodes) {
  const std::string token = access_token("bob");
  const std::string shown = code_of(seed_of(enroll(token).text("secret")));
  const auto answers = in_parallel({.calls = 20, .processes = 6}, [&](WebHead& own, int) {
    return own.send("auth_totp_confirm", json_object({{"code", shown}}).bearing(token).by("POST"));
  });
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const Answer& each) { return each.status == 200; }), 1);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_recovery_codes WHERE user_id = 2"), "10");
}

TEST_F(AuthTotp, RemovingTakesACodeOrARecoveryCode) {
  for (const char* kind : {"code", "recovery_code"}) {
    const std::string other = token_by_code();
    const std::string token = token_by_code();
    EXPECT_EQ(remove(token, kind, kind == std::string("code") ? "999999" : "AAAA-AAAA-AAAA-AAAA").status, 400);
    EXPECT_TRUE(opens(other));
    let_a_step_pass();
    const Answer done = remove(token, kind, kind == std::string("code") ? code() : kRecoveryCode);
    EXPECT_EQ(done.status, 200) << done.body;
    EXPECT_NE(audit().find("second_factor_removed user=1 session"), std::string::npos);
    EXPECT_FALSE(opens(other));
    EXPECT_TRUE(opens(token));
    EXPECT_EQ(value("SELECT COUNT(*) FROM gh_totp WHERE user_id = 1"), "0");
    EXPECT_EQ(value("SELECT COUNT(*) FROM gh_recovery_codes WHERE user_id = 1"), "0");
    EXPECT_EQ(amr_of(access_token("ann")), kOfPassword);
    EXPECT_EQ(remove(token, "code", code(1)).status, 409);
    give_factor(1);
  }
}

TEST_F(AuthTotp, NewRecoveryCodesEndTheOldOnes) {
  const std::string token = token_by_code();
  EXPECT_EQ(renew(token, code()).status, 400) << "used by the login";
  let_a_step_pass();
  const Answer renewed = renew(token, code());
  EXPECT_EQ(renewed.status, 200) << renewed.body;
  EXPECT_NE(audit().find("recovery_codes_made user=1 session"), std::string::npos);
  EXPECT_EQ(finish(first_step(), kRecoveryCode).status, 401);
  const std::string fresh = renewed.json.find("recovery_codes")->items.at(3).text;
  EXPECT_EQ(finish(first_step(), fresh).status, 200);
}

TEST_F(AuthTotp, GuessesByASessionAreCountedWithThoseAtALogin) {
  const std::string token = token_by_code();
  let_a_step_pass();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(remove(token, "code", "999999").status, 400);
  EXPECT_EQ(remove(token, "code", code()).status, 400) << "locked";
  EXPECT_EQ(renew(token, code()).status, 400);
  EXPECT_EQ(finish(first_step(), code()).status, 401);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_totp WHERE user_id = 1"), "1");
}

TEST_F(AuthTotp, EverythingThatChangesItTakesAFreshLoginAndAPerson) {
  const std::string token = token_by_code();
  const std::string key = post("api_keys_generate", json_text("{}").bearing(token)).text("api_key");
  let_a_step_pass();
  clock.advance(minutes(10));
  struct Change {
    const char* endpoint;
    const char* method;
  };
  for (const Change& change : {Change{"auth_totp_enroll", "POST"}, Change{"auth_totp_confirm", "POST"},
                               Change{"auth_totp", "DELETE"}, Change{"auth_totp_recovery_codes", "POST"}}) {
    const Call call = json_object({{"code", code()}}).by(change.method);
    const Answer stale = send(change.endpoint, Call(call).bearing(token));
    EXPECT_EQ(stale.status, 401) << change.endpoint;
    EXPECT_EQ(stale.header("WWW-Authenticate"),
              R"(Bearer realm="gatehouse", error="insufficient_user_authentication", max_age="600")");
    EXPECT_EQ(send(change.endpoint, Call(call).keyed(key)).status, 401) << change.endpoint;
  }
}

TEST_F(AuthTotp, ASeedIsItsOwnersAndOpensInNoOtherRow) {
  give_factor(2);
  sql("UPDATE gh_totp a, gh_totp b SET a.sealed_seed = b.sealed_seed WHERE a.user_id = 2 AND b.user_id = 1");
  EXPECT_EQ(log_in_with(code()).status, 503);
}

TEST_F(AuthTotp, GoesWithItsOwnerWhoeverRemovesThem) {
  add_user({.username = "root", .role = "super_admin"});
  const std::string root = access_token("root");
  first_step();
  finish(first_step(), "999999");
  EXPECT_EQ(send("admin_users_id", bearer(root).by("DELETE").at("/api/v1/admin/users/1")).status, 200);
  for (const char* table : {"gh_totp", "gh_recovery_codes", "gh_login_steps", "gh_throttle", "gh_known_addresses"}) {
    EXPECT_EQ(value(std::string("SELECT COUNT(*) FROM ") + table +
                    (table == std::string("gh_known_addresses") ? " WHERE subject NOT IN (SELECT UNHEX(SHA2(CONCAT("
                                                                  "'throttle user', CHAR(0), '3'), 256)))"
                                                                : "")),
              "0")
        << table;
  }
}

TEST_F(AuthTotp, ASessionThatHasEndedMeanwhileConfirmsNone) {
  const std::string token = access_token("bob");
  give_factor(2, "NULL", std::to_string(to_millis(clock.now())));
  bool is_ended = false;
  head().on_statement = [&](const std::string&, const std::string& statement) {
    if (statement == "factors.hold_session" && !std::exchange(is_ended, true)) {
      sql("UPDATE gh_sessions SET ended_at = 1 WHERE user_id = 2");
    }
  };
  EXPECT_EQ(post("auth_totp_confirm", json_object({{"code", code()}}).bearing(token)).status, 401);
  head().on_statement = nullptr;
  EXPECT_TRUE(is_ended);
  EXPECT_EQ(value("SELECT confirmed_at IS NULL FROM gh_totp WHERE user_id = 2"), "1");
}

}  // namespace
}  // namespace gatehouse::test
