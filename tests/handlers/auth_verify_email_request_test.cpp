// SPDX-License-Identifier: Apache-2.0
#include "support/recovery_world.h"

namespace gatehouse::test {
namespace {

class AuthVerifyEmailRequest : public RecoveryWorld {
 protected:
  Answer request(const std::string& email) {
    pause();
    return post("auth_verify_email_request", json_object({{"email", email}}));
  }
};

TEST_F(AuthVerifyEmailRequest, WhoIsSignedInAsksForThemselves) {
  add_user({.is_verified = false});
  const std::string access = access_token();
  for (const Call& call : {bearer(access), json_text("{}").bearing(access),
                           json_object({{"email", "somebody@example.com"}}).bearing(access)}) {
    pause();
    EXPECT_EQ(post("auth_verify_email_request", call).status, 202);
  }
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE state = 'waiting' AND user_id = 1"), "3");
  EXPECT_EQ(verify(mailed("verify_email")).status, 200);
}

TEST_F(AuthVerifyEmailRequest, WhoeverHasTheAddressTheBytesAndTheStatementsAreTheSame) {
  add_user({.username = "new", .is_verified = false});
  add_user();
  add_user({.username = "gone", .is_verified = false});
  sql("UPDATE gh_users SET is_active = 0 WHERE username = 'gone'");
  const Answer first = request("new@example.com");
  EXPECT_EQ(first.status, 202);
  const auto ran = statements();
  for (const char* name : {"ann", "gone", "nobody", "new"}) {
    SCOPED_TRACE(name);
    sql("DELETE FROM gh_audit_counts");
    const Answer answer = request(std::string(name) + "@example.com");
    EXPECT_EQ(answer.body, first.body);
    EXPECT_EQ(statements(), ran);
  }
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_outbox WHERE state = 'waiting'"), "2") << "to new";
}

TEST_F(AuthVerifyEmailRequest, WhoIsVerifiedIsSentNothingAndToldNothing) {
  add_user();
  EXPECT_EQ(post("auth_verify_email_request", bearer(access_token())).status, 202);
  EXPECT_EQ(mail(), "");
}

TEST_F(AuthVerifyEmailRequest, NobodyInParticularIsRefused) {
  const Answer answer = post("auth_verify_email_request", json_text("{}"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.wrong_fields(), "email");
  add_user({.is_verified = false});
  EXPECT_EQ(post("auth_verify_email_request", with_key(api_key())).status, 422) << "a key is no person";
  EXPECT_EQ(mailed("verify_email"), "");
}

TEST_F(AuthVerifyEmailRequest, WithoutMailItSaysSo) {
  set("MAIL_FROM", "");
  EXPECT_EQ(request("ann@example.com").status, 503);
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
