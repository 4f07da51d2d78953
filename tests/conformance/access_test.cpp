// SPDX-License-Identifier: Apache-2.0
#include "conformance/conformance.h"

namespace gatehouse::test {
namespace {

// What every role may do and be granted.
constexpr const char* kOfAUser =
    "read:own_profile update:own_profile delete:own_account create:post read:post update:own_post delete:own_post"
    " profile:read profile:write posts:read posts:write";

TEST_P(Conformance, WithoutACredentialWhoeverNeedsOneIsRefused) {
  for (const Way& way : ways()) {
    if (!way.operation.policy().access.needs_somebody()) continue;
    const Answer answer = expect_refusal(401, call_with(way, good_fields(way)));
    const std::string scopes = way.operation.policy().access.scopes().text();
    EXPECT_EQ(answer.header("WWW-Authenticate"),
              "Bearer realm=\"gatehouse\"" + (scopes.empty() ? "" : ", scope=\"" + scopes + "\""));
  }
}

TEST_P(Conformance, AGarbageCredentialIsRefusedWhereOneIsReadAndIgnoredElsewhere) {
  for (const Way& way : ways()) {
    for (const char* garbage : {"Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer", "\xff", "Digest x", ","}) {
      const Call call = call_with(way, good_fields(way)).with("Authorization", garbage);
      if (way.operation.policy().access.kind() == Access::Kind::anonymous) {
        EXPECT_LT(send(GetParam(), call).status, 400) << garbage;
      } else {
        expect_refusal(401, call, garbage);
      }
    }
  }
}

TEST_P(Conformance, ATokenWithoutTheScopeIsRefused) {
  for (const Way& way : ways()) {
    const access::ScopeSet wanted = way.operation.policy().access.scopes();
    if (wanted.empty()) continue;
    const std::string others = access::ScopeSet::all().without(wanted).text();
    const Fields fields = good_fields(way);
    sql("DELETE FROM gh_totp");  // so that the password is enough for another token
    const Call call = call_with(way, fields).bearing(access_token("ann", {{"scope", others}}));
    const Answer answer = expect_refusal(403, call, others);
    EXPECT_EQ(answer.header("WWW-Authenticate"),
              "Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"" + wanted.text() + "\"");
  }
}

TEST_P(Conformance, ALowerRoleIsRefused) {
  for (const Way& way : ways()) {
    const Access& access = way.operation.policy().access;
    const access::Rights demanded{access.permissions(), access.scopes()};
    const bool anybody_may =
        access.roles().size() == 0 && access.minimum_role().empty() &&
        demanded.beyond({access::PermissionSet::parse(kOfAUser), access::ScopeSet::parse(kOfAUser)}).empty();
    if (!access.needs_somebody() || anybody_may) continue;
    const Call call = good_call(way);
    sql("UPDATE gh_users SET role = 'user'");
    expect_refusal(403, call, "demoted since the token was minted");
    sql("UPDATE gh_users SET role = 'super_admin'");
  }
}

TEST_P(Conformance, ADeactivatedUserIsRefusedEverywhere) {
  for (const Way& way : ways()) {
    if (way.operation.policy().access.kind() == Access::Kind::anonymous) continue;
    const Call call = good_call(way);
    sql("UPDATE gh_users SET is_active = 0");
    expect_refusal(403, call);
    sql("UPDATE gh_users SET is_active = 1");
  }
}

TEST_P(Conformance, AnEndedSessionIsRefusedEverywhere) {
  for (const Way& way : ways()) {
    if (way.operation.policy().access.kind() == Access::Kind::anonymous) continue;
    const Call call = good_call(way);
    sql("UPDATE gh_sessions SET ended_at = 1, ended_why = 'logout'");
    expect_refusal(401, call);
  }
}

TEST_P(Conformance, ACookieIsAsGoodAsABearerTokenAndForOurOwnPagesOnly) {
  for (const Way& way : ways()) {
    const Policy& policy = way.operation.policy();
    if (policy.access.kind() == Access::Kind::anonymous) continue;
    const auto with_cookie = [&] {
      const Call call = call_with(way, good_fields(way));
      return Call(call).with("Cookie", "__Host-access_token=" + login().text("access_token"));
    };
    EXPECT_LT(call(with_cookie().with("Origin", kOurOrigin).with("Sec-Fetch-Site", "same-origin")).status, 400);
    if (policy.method == http::Method::Get) {
      EXPECT_LT(call(with_cookie()).status, 400) << "what only reads may be followed from anywhere";
      continue;
    }
    expect_refusal(403, with_cookie().with("Origin", "https://evil.example"), "another origin");
    expect_refusal(403, with_cookie().with("Origin", "null"), "an origin that hides");
    expect_refusal(403, with_cookie().with("Sec-Fetch-Site", "cross-site"), "another site");
    expect_refusal(403, with_cookie().with("Sec-Fetch-Site", "same-site"), "a neighbour");
    expect_refusal(403, with_cookie().with("Origin", kOurOrigin).with("Sec-Fetch-Site", "same-site"), "a liar");
    if (way.body != Body::json) expect_refusal(403, with_cookie(), "neither header: any page can send this");
  }
}

TEST_P(Conformance, WhatSetsCookiesForAnybodyIsForOurOwnPagesOnly) {
  for (const Way& way : ways()) {
    if (way.operation.policy().same_origin != SameOrigin::always) continue;
    const auto bare = [&] {
      Call call = good_call(way);
      call.variables.clear();
      return call;
    };
    expect_refusal(403, bare().with("Origin", "https://evil.example"), "another origin");
    expect_refusal(403, bare().with("Sec-Fetch-Site", "same-site"), "a neighbour");
    if (way.body == Body::form) expect_refusal(403, bare(), "neither header: any page can send a form");
    if (way.body == Body::json) {
      EXPECT_LT(call(bare()).status, 400) << "no page of another site can send JSON";
    }
  }
}

}  // namespace
}  // namespace gatehouse::test
