// SPDX-License-Identifier: Apache-2.0
#include "support/commands.h"
#include "support/guard_world.h"
#include "support/recovery_world.h"

namespace gatehouse::test {
namespace {

// REQUIRE_VERIFIED_EMAIL, and REGISTRATION = verified, which implies it.
class VerifiedLogins : public RecoveryWorld {
 protected:
  VerifiedLogins() { set("REQUIRE_VERIFIED_EMAIL", "on"); }

  Answer try_login(const std::string& endpoint, const std::string& username, const std::string& password) {
    pause();
    sql("DELETE FROM gh_audit_counts");
    const Fields fields{{"username", username}, {"password", password}};
    const Call call = endpoint == "auth_token" ? form(fields) : json_object(fields);
    return post(endpoint, call);
  }
};

TEST_F(VerifiedLogins, ARightPasswordSendsTheMailAgainAndIsAnsweredAsAWrongOne) {
  add_user({.is_verified = false});
  for (const char* endpoint : {"auth_token", "auth_login"}) {
    SCOPED_TRACE(endpoint);
    sql("DELETE FROM gh_outbox");
    sql("DELETE FROM gh_throttle");
    sql("DELETE FROM gh_email_tokens");
    const Answer wrong = try_login(endpoint, "ann", "Wrong-Horse-1");
    EXPECT_EQ(wrong.status, 401);
    const auto ran = statements();
    EXPECT_EQ(mail(), "");
    for (const char* who : {"ann", "Ann@example.com", "nobody", "nobody@example.com"}) {
      SCOPED_TRACE(who);
      const Answer answer = try_login(endpoint, who, kPassword);
      EXPECT_EQ(answer.status, 401);
      EXPECT_EQ(answer.body, wrong.body);
      EXPECT_EQ(answer.headers.size(), wrong.headers.size());
      auto by_name = statements();
      // Only what was typed chooses by what it is looked for.
      if (by_name.front() == "users.credentials_by_email") by_name.front() = "users.credentials_by_name";
      EXPECT_EQ(by_name, ran);
    }
    EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE state = 'waiting'"), "2") << "one for each right password";
    EXPECT_EQ(value("SELECT COUNT(*) FROM gh_sessions"), "0");
  }
  EXPECT_EQ(verify(mailed("verify_email")).status, 200);
  EXPECT_EQ(sign(kPassword).status, 200);
}

TEST_F(VerifiedLogins, ARightPasswordCountsAsAFailureToo) {
  add_user({.is_verified = false});
  for (int i = 0; i < 5; ++i) try_login("auth_token", "ann", kPassword);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'account_locked'"), "1");
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE state = 'waiting' AND kind = 'verify_email'"), "5");
  try_login("auth_token", "ann", kPassword);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE state = 'waiting' AND kind = 'verify_email'"), "5")
      << "it is not even tried";
}

TEST_F(VerifiedLogins, AnOldHashIsNotReplacedBeforeTheAddressIsConfirmed) {
  add_user({.is_verified = false});
  const std::string hash = value("SELECT hash FROM gh_passwords");
  set("ARGON2_PASSES", "2");
  try_login("auth_token", "ann", kPassword);
  EXPECT_EQ(value("SELECT hash FROM gh_passwords"), hash) << "making another takes time that would tell";
}

TEST_F(VerifiedLogins, WhatWasBegunBeforeGoesOn) {
  set("REQUIRE_VERIFIED_EMAIL", "off");
  add_user({.is_verified = false});
  const std::string access = access_token();
  set("REQUIRE_VERIFIED_EMAIL", "on");
  EXPECT_EQ(get("users_me", bearer(access)).status, 200);
}

TEST_F(VerifiedLogins, WhatOperatorsMakeIsVerifiedFromTheStart) {
  EXPECT_EQ(
      run_command({"user", "add", "--username", "made", "--email", "made@example.com", "--service", "yes"}).status, 0);
  add_user({.username = "by-operator"});
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_users WHERE is_verified = 0"), "0");
  EXPECT_EQ(sign(kPassword, "by-operator").status, 200);
}

TEST_F(VerifiedLogins, WhoRegistersConfirmsAndIsIn) {
  set("REQUIRE_VERIFIED_EMAIL", "off");
  set("REGISTRATION", "verified");
  const Answer made = post("users_register", json_object({{"email", "ann@example.com"}, {"password", kPassword}}));
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(mail(), "verify_email user=1 to ann@example.com {\"token\":\"" + mailed("verify_email") + "\"}\n");
  EXPECT_EQ(changes(),
            "gh_audit +1, gh_email_tokens +1, gh_outbox +1, gh_passwords +1, gh_user_counts +1, gh_users +1");
  pause();
  EXPECT_EQ(sign(kPassword).status, 401);
  EXPECT_EQ(verify(mailed("verify_email")).status, 200);
  EXPECT_EQ(sign(kPassword).status, 200);
}

TEST_F(VerifiedLogins, WithoutMailNothingServes) {
  for (const char* key : {"REQUIRE_VERIFIED_EMAIL", "REGISTRATION_HIDES_EMAIL"}) {
    Config config = basic_config();
    config[key] = "on";
    EXPECT_THROW(load_settings(config), Misconfigured) << key;
    EXPECT_EQ(run_command({"config", "check"}, config).status, 1) << key;
    config["MAIL_FROM"] = "auth@example.com";
    EXPECT_NO_THROW(load_settings(config)) << key;
  }
  Config config = basic_config();
  config["REGISTRATION"] = "verified";
  EXPECT_THROW(load_settings(config), Misconfigured);
}

// ---- the sign-in page ----

using VerifiedSignIn = GuardWorld;

TEST_F(VerifiedSignIn, ThePageSaysTheSame) {
  set("MAIL_FROM", "auth@example.com");
  set("REQUIRE_VERIFIED_EMAIL", "on");
  add_user({.is_verified = false});
  send_form("sign_in", sign_in_form("ann", "Wrong-Horse-1", {}));
  sql("DELETE FROM gh_audit_counts");
  const Answer wrong = send_form("sign_in", sign_in_form("ann", "Wrong-Horse-1", {}));
  const auto statements = head().statements;
  sql("DELETE FROM gh_audit_counts");
  const Answer right = send_form("sign_in", sign_in_form("ann", kPassword, {}));
  EXPECT_EQ(right.status, 403);
  EXPECT_EQ(right.body.size(), wrong.body.size());
  EXPECT_EQ(head().statements, statements);
  EXPECT_NE(mailed("verify_email"), "");
}

// ---- REGISTRATION_HIDES_EMAIL ----

class HiddenRegistration : public RecoveryWorld {
 protected:
  HiddenRegistration() {
    set("REGISTRATION", "verified");
    set("REGISTRATION_HIDES_EMAIL", "on");
  }
  Answer register_as(const std::string& email, const std::string& username = "") {
    Fields fields{{"email", email}, {"password", kPassword}};
    if (!username.empty()) fields.emplace_back("username", username);
    pause();
    return post("users_register", json_object(fields));
  }
};

TEST_F(HiddenRegistration, SaysTheSameOfEveryAddressAndTellsItsOwnerByMail) {
  add_user();
  changes();
  const Answer fresh = register_as("new@example.com");
  EXPECT_EQ(fresh.status, 202) << fresh.body;
  EXPECT_EQ(changes(),
            "gh_audit +1, gh_email_tokens +1, gh_outbox +1, gh_passwords +1, gh_user_counts +1, gh_users +1");
  for (const char* email : {"ann@example.com", "ANN@example.com"}) {
    const Answer taken = register_as(email);
    EXPECT_EQ(taken.status, 202);
    EXPECT_EQ(taken.body, fresh.body);
    EXPECT_EQ(changes(), "gh_email_tokens +1, gh_outbox +1") << "nobody's, and the mail";
    sql("DELETE FROM gh_email_tokens WHERE user_id < 0");
  }
  EXPECT_EQ(value("SELECT GROUP_CONCAT(CONCAT_WS(' ', kind, user_id, recipient) ORDER BY created_at SEPARATOR '; ')"
                  " FROM gh_outbox WHERE state = 'waiting'"),
            "verify_email 2 new@example.com; address_in_use 1 ; address_in_use 1 ");
}

TEST_F(HiddenRegistration, ANameThatIsTakenIsToldWhoeverHasTheAddress) {
  add_user();
  add_user({.username = "bob"});
  for (const char* email : {"new@example.com", "bob@example.com"}) {
    const Answer answer = register_as(email, "ann");
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.detail(), "username is taken");
  }
  EXPECT_EQ(mail(), "");
}

TEST_F(HiddenRegistration, OfAddressesThatAreKeptForSomebodyToo) {
  add_user();
  EXPECT_EQ(verify(want("moved@example.com")).status, 200);
  changes();
  EXPECT_EQ(register_as("ann@example.com", "another").status, 202);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_users"), "1");
}

}  // namespace
}  // namespace gatehouse::test
