// SPDX-License-Identifier: Apache-2.0
#include "support/recovery_world.h"

namespace gatehouse::test {
namespace {

using AuthForgotPassword = RecoveryWorld;

constexpr const char* kOneMail = "gh_audit +1, gh_audit_counts +1, gh_outbox +1, gh_recovery_tokens +1";

TEST_F(AuthForgotPassword, AMailGoesToTheAccountAndNothingOfItChanges) {
  add_user();
  const Answer answer = forgot("ANN@example.com");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(mail(), "reset_password user=1 {\"token\":\"" + mailed("reset_password") + "\"}\n");
  EXPECT_EQ(mailed("reset_password").size(), 43U) << "256 bits";
  EXPECT_EQ(audit(), "password_reset_requested user=1 address=10.0.0.1\n");
  EXPECT_EQ(changes(), kOneMail);
  EXPECT_EQ(sign(kPassword).status, 200);
}

TEST_F(AuthForgotPassword, WhoeverHasTheAddressTheBytesAndTheStatementsAreTheSame) {
  add_user();
  add_user({.username = "new", .is_verified = false});
  add_user({.username = "gone"});
  add_user({.username = "robot"});
  sql("UPDATE gh_users SET is_active = 0 WHERE username = 'gone'");
  sql("UPDATE gh_users SET is_service = 1 WHERE username = 'robot'");
  forgot();
  const auto first = statements();
  for (int i = 0; i < 7; ++i) {
    // From the sixth on the outbox takes no more.
    std::string body;
    for (const char* name : {"ann", "new", "gone", "robot", "nobody"}) {
      SCOPED_TRACE(name);
      sql("DELETE FROM gh_audit_counts");
      const Answer answer = forgot(std::string(name) + "@example.com");
      EXPECT_EQ(answer.status, 202);
      EXPECT_EQ(statements(), first);
      if (body.empty()) body = answer.body;
      EXPECT_EQ(answer.body, body);
      std::vector<std::string> headers;
      for (const auto& [header, value] : answer.headers) headers.push_back(header);
      EXPECT_EQ(headers,
                (std::vector<std::string>{"Content-Type", "Content-Length", "Cache-Control", "Vary", "X-Request-ID"}));
    }
  }
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE state = 'waiting'"), "10") << "five to each of ann and new";
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE state <> 'nobody' AND user_id > 2"), "0");
}

TEST_F(AuthForgotPassword, WhatIsTypedForNobodyIsKeptNowhere) {
  forgot("typed-by-mistake@example.com");
  for (const char* column : {"gh_outbox.recipient", "gh_recovery_tokens.email", "gh_recovery_tokens.email_key"}) {
    const std::string table = std::string(column).substr(0, std::string(column).find('.'));
    EXPECT_EQ(value("SELECT COUNT(*) FROM " + table + " WHERE " + column + " LIKE '%typed%'"), "0") << column;
  }
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_recovery_tokens WHERE user_id >= 0"), "0");
  EXPECT_EQ(audit(), "password_reset_requested address=10.0.0.1\n");
}

TEST_F(AuthForgotPassword, BeyondTheLimitTheLastTokenThatWasMailedStaysGood) {
  set("MAIL_LIMIT", "2/hour");
  add_user();
  forget();
  const std::string second = forget();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(forget(), second) << "no other mail";
  EXPECT_EQ(reset(second).status, 200);
}

TEST_F(AuthForgotPassword, WithoutMailItSaysSoWhoeverHasTheAddress) {
  set("MAIL_FROM", "");
  add_user();
  for (const char* name : {"ann", "nobody"}) {
    const Answer answer = forgot(std::string(name) + "@example.com");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.detail(), "this installation sends no mail");
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuthForgotPassword, NoHeaderReachesAMail) {
  add_user();
  pause();
  for (const char* header : {"X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL", "Origin"}) {
    send("auth_forgot_password", forgot_call("ann@example.com").with(header, "https://evil.example"));
  }
  EXPECT_EQ(mail().find("evil"), std::string::npos);
  EXPECT_EQ(mail().find("http"), std::string::npos) << "links are made by who sends";
}

}  // namespace
}  // namespace gatehouse::test
