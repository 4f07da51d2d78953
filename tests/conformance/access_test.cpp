// SPDX-License-Identifier: Apache-2.0
#include "conformance/conformance.h"

namespace gatehouse::test {
namespace {

TEST_P(Conformance, WithoutACredentialWhoeverNeedsOneIsRefused) {
  for (const Operation& operation : endpoint().operations()) {
    if (operation.policy().access.kind() == Access::Kind::anonymous) continue;
    const Answer answer = expect_refusal(401, call_with(operation, good_fields(operation)));
    EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer realm=\"gatehouse\"");
  }
}

TEST_P(Conformance, AGarbageCredentialIsRefusedWhereOneIsReadAndIgnoredElsewhere) {
  for (const Operation& operation : endpoint().operations()) {
    for (const char* garbage : {"Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer", "\xff", "Digest x", ","}) {
      const Call call = call_with(operation, good_fields(operation)).with("Authorization", garbage);
      if (operation.policy().access.kind() == Access::Kind::anonymous) {
        EXPECT_LT(send(GetParam(), call).status, 400) << garbage;
        sql("DELETE FROM gh_users WHERE username = 'new-person'");
      } else {
        expect_refusal(401, call, garbage);
      }
    }
  }
}

TEST_P(Conformance, ATokenWithoutTheScopeIsRefused) {
  for (const Operation& operation : endpoint().operations()) {
    const access::ScopeSet wanted = operation.policy().access.scopes();
    if (wanted.empty()) continue;
    const std::string others = access::ScopeSet::all().without(wanted).text();
    const Call call = call_with(operation, good_fields(operation)).bearing(access_token("ann", {{"scope", others}}));
    const Answer answer = expect_refusal(403, call, others);
    EXPECT_EQ(answer.header("WWW-Authenticate"),
              "Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"" + wanted.text() + "\"");
  }
}

TEST_P(Conformance, ALowerRoleIsRefused) {
  for (const Operation& operation : endpoint().operations()) {
    const Access& access = operation.policy().access;
    if (access.kind() == Access::Kind::anonymous || access.minimum_role() == Role::user) continue;
    const Call call = good_call(operation);
    sql("UPDATE gh_users SET role = 'user'");
    expect_refusal(403, call);
    sql("UPDATE gh_users SET role = 'super_admin'");
  }
}

TEST_P(Conformance, ADeactivatedUserIsRefusedEverywhere) {
  for (const Operation& operation : endpoint().operations()) {
    if (operation.policy().access.kind() == Access::Kind::anonymous) continue;
    const Call call = good_call(operation);
    sql("UPDATE gh_users SET is_active = 0");
    expect_refusal(403, call);
    sql("UPDATE gh_users SET is_active = 1");
  }
}

TEST_P(Conformance, AnEndedSessionIsRefusedEverywhere) {
  for (const Operation& operation : endpoint().operations()) {
    if (operation.policy().access.kind() == Access::Kind::anonymous) continue;
    const Call call = good_call(operation);
    sql("UPDATE gh_sessions SET ended_at = 1, ended_why = 'logout'");
    expect_refusal(401, call);
  }
}

}  // namespace
}  // namespace gatehouse::test
