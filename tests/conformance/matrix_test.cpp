// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/text.h"
#include "conformance/conformance.h"

namespace gatehouse::test {
namespace {

using Words = std::set<std::string>;

// What a role is, said once more and apart from the product: the migrations and access::authorise are judged by it.
struct Rank {
  const char* role;
  const char* adds;  // to those before it: permissions and scopes
};
constexpr Rank kRanks[] = {
    {"user",
     "read:own_profile update:own_profile delete:own_account create:post read:post update:own_post delete:own_post"
     " profile:read profile:write posts:read posts:write"},
    {"moderator", "update:any_post delete:any_post read:all_users posts:delete users:read"},
    {"admin", "update:any_user delete:any_user manage:roles view:audit_log users:write admin"},
    {"super_admin", "manage:system"},
};

Words words_in(std::string_view text) {
  Words words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.emplace(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// nullopt: there is no such role.
std::optional<std::size_t> rank_of(std::string_view role) {
  for (std::size_t rank = 0; rank < std::size(kRanks); ++rank) {
    if (role == kRanks[rank].role) return rank;
  }
  return std::nullopt;
}

Words all_of(std::string_view role) {
  Words words;
  for (std::size_t rank = 0; rank <= rank_of(role).value(); ++rank) words.merge(words_in(kRanks[rank].adds));
  return words;
}

bool has_all(const Words& some, const Words& wanted) {
  return std::includes(some.begin(), some.end(), wanted.begin(), wanted.end());
}

// What one of the two places for a credential holds.
enum class Sent { nothing, good, bad, of_somebody_deactivated };

// Somebody who calls.
struct Caller {
  Sent login = Sent::nothing;
  Sent key = Sent::nothing;
  std::string role = "super_admin";  // today
  std::optional<Words> scopes{};     // of the credential; nullopt: all that a super_admin may have
  minutes since_login{0};
};

constexpr int kSuccess = 200;

// What the declared access (as --describe prints it) says of a caller; nullopt where it says something that is not
// known here, which is a failure of the matrix.
std::optional<int> expected(const json::Value& access, const Caller& caller) {
  const Words known{"kind", "why", "minimum_role", "roles", "permissions", "scopes", "fresh_login_minutes"};
  for (const json::Member& member : access.members) {
    if (!known.contains(member.name)) return std::nullopt;
  }
  const std::string kind(access.string_of("kind"));
  const std::map<std::string, std::pair<bool, bool>> takes{{"anonymous", {false, false}},
                                                           {"optional", {true, true}},
                                                           {"user", {true, false}},
                                                           {"api_key", {false, true}},
                                                           {"user_or_key", {true, true}}};
  if (!takes.contains(kind)) return std::nullopt;
  const Sent login = takes.at(kind).first ? caller.login : Sent::nothing;
  const Sent key = takes.at(kind).second ? caller.key : Sent::nothing;

  // Who are you?
  if (login == Sent::bad || key == Sent::bad) return 401;
  if (login == Sent::of_somebody_deactivated || key == Sent::of_somebody_deactivated) return 403;
  if (login == Sent::nothing && key == Sent::nothing) {
    return kind == "anonymous" || kind == "optional" ? kSuccess : 401;
  }

  // May you?
  const Words of_role = all_of(caller.role);
  if (const auto least = access.string_of("minimum_role"); !least.empty()) {
    if (!rank_of(least)) return std::nullopt;
    if (rank_of(caller.role) < rank_of(least)) return 403;
  }
  if (const json::Value* roles = access.find("roles")) {
    bool has_one = false;
    for (const json::Value& role : roles->items) {
      if (!rank_of(role.text)) return std::nullopt;
      has_one = has_one || role.text == caller.role;
    }
    if (!has_one) return 403;
  }
  const Words permissions = words_in(access.string_of("permissions"));
  const Words scopes = words_in(access.string_of("scopes"));
  if (!has_all(all_of("super_admin"), permissions) || !has_all(all_of("super_admin"), scopes)) return std::nullopt;
  const Words of_credential = caller.scopes.value_or(all_of("super_admin"));
  if (!has_all(of_role, permissions) || !has_all(of_role, scopes) || !has_all(of_credential, scopes)) return 403;
  if (const json::Value* most = access.find("fresh_login_minutes")) {
    if (login == Sent::nothing || caller.since_login > minutes(most->integer().value())) return 401;
  }
  return kSuccess;
}

// What a row of the matrix has at hand, to make its credential from.
struct Hand {
  std::string access;
  std::string refresh;
  std::string key;  // of Row::key
};

enum class Key { none, with_the_scope, without_the_scope };

// One kind of caller: how one becomes it, what is sent, and what the matrix should make of that.
struct Row {
  const char* name;
  Caller caller;
  void (*put)(Call& call, const Hand& hand);
  const char* role = "super_admin";  // at the login
  Key key = Key::none;
  const char* since = "";  // SQL: what happened after it
};

void put_cookie(Call& call, const std::string& cookie) {
  const auto is = [](const char* header) {
    return [header](const std::string& variable) { return variable.starts_with(header); };
  };
  auto& variables = call.variables;
  if (const auto at = std::find_if(variables.begin(), variables.end(), is("HTTP_COOKIE=")); at != variables.end()) {
    *at += "; " + cookie;
  } else {
    variables.push_back("HTTP_COOKIE=" + cookie);
  }
  if (std::none_of(variables.begin(), variables.end(), is("HTTP_ORIGIN="))) {
    variables.push_back("HTTP_ORIGIN=" + std::string(kOurOrigin));
  }
}
void put_bearer(Call& call, const std::string& token) { call = Call(call).bearing(token); }
void put_key(Call& call, const std::string& key) { call = Call(call).keyed(key); }

void nothing(Call&, const Hand&) {}
void as_bearer(Call& call, const Hand& hand) { put_bearer(call, hand.access); }
void as_key(Call& call, const Hand& hand) { put_key(call, hand.key); }
void as_cookie(Call& call, const Hand& hand) { put_cookie(call, "__Host-access_token=" + hand.access); }
void refresh_as_bearer(Call& call, const Hand& hand) { put_bearer(call, hand.refresh); }
void key_as_bearer(Call& call, const Hand& hand) { put_bearer(call, hand.key); }
void access_as_key(Call& call, const Hand& hand) { put_key(call, hand.access); }
void bearer_and_key(Call& call, const Hand& hand) {
  as_bearer(call, hand);
  as_key(call, hand);
}
void bearer_and_bad_key(Call& call, const Hand& hand) {
  as_bearer(call, hand);
  put_key(call, hand.key + "x");
}
void key_and_bad_bearer(Call& call, const Hand& hand) {
  as_key(call, hand);
  put_bearer(call, "a.b.c");
}

constexpr const char* kDeactivate = "UPDATE gh_users SET is_active = 0 WHERE id = 1";
constexpr const char* kDemote = "UPDATE gh_users SET role = 'user' WHERE id = 1";
constexpr const char* kExpire = "UPDATE gh_api_keys SET expires_at = 1 WHERE name = 'matrix'";
constexpr const char* kRevoke =
    "UPDATE gh_api_keys SET revoked_at = 1, live_name = NULL, slot = NULL WHERE name = 'matrix'";
constexpr const char* kEndSession = "UPDATE gh_sessions SET ended_at = 1, ended_why = 'logout'";

const std::vector<Row> kRows{
    {"nobody", {}, nothing},
    {"user", {.login = Sent::good, .role = "user"}, as_bearer, "user"},
    {"moderator", {.login = Sent::good, .role = "moderator"}, as_bearer, "moderator"},
    {"admin", {.login = Sent::good, .role = "admin"}, as_bearer, "admin"},
    {"super_admin", {.login = Sent::good}, as_bearer},
    {"super_admin by cookie", {.login = Sent::good}, as_cookie},
    {"deactivated", {.login = Sent::of_somebody_deactivated}, as_bearer, "super_admin", Key::none, kDeactivate},
    {"demoted since", {.login = Sent::good, .role = "user"}, as_bearer, "super_admin", Key::none, kDemote},
    {"demoted since, by cookie", {.login = Sent::good, .role = "user"}, as_cookie, "super_admin", Key::none, kDemote},
    {"logged out", {.login = Sent::bad}, as_bearer, "super_admin", Key::none, kEndSession},
    {"logged in long ago", {.login = Sent::good, .since_login = minutes(20)}, as_bearer},
    {"key with the scope", {.key = Sent::good}, as_key, "super_admin", Key::with_the_scope},
    {"key without the scope", {.key = Sent::good}, as_key, "super_admin", Key::without_the_scope},
    {"key of a user demoted since",
     {.key = Sent::good, .role = "user"},
     as_key,
     "super_admin",
     Key::with_the_scope,
     kDemote},
    {"expired key", {.key = Sent::bad}, as_key, "super_admin", Key::with_the_scope, kExpire},
    {"revoked key", {.key = Sent::bad}, as_key, "super_admin", Key::with_the_scope, kRevoke},
    {"key of a deactivated owner",
     {.key = Sent::of_somebody_deactivated},
     as_key,
     "super_admin",
     Key::with_the_scope,
     kDeactivate},
    {"refresh token as bearer", {.login = Sent::bad}, refresh_as_bearer},
    {"key as bearer", {.login = Sent::bad}, key_as_bearer, "super_admin", Key::with_the_scope},
    {"access token as key", {.key = Sent::bad}, access_as_key},
    {"bearer and key", {.login = Sent::good, .key = Sent::good}, bearer_and_key, "super_admin", Key::with_the_scope},
    {"bearer and bad key",
     {.login = Sent::good, .key = Sent::bad},
     bearer_and_bad_key,
     "super_admin",
     Key::with_the_scope},
    {"key and bad bearer",
     {.login = Sent::bad, .key = Sent::good},
     key_and_bad_bearer,
     "super_admin",
     Key::with_the_scope},
};

class Matrix : public Conformance {
 protected:
  Matrix() : described_(*json::parse(describe(endpoint())).value) {}

  const json::Value& access_of(const Operation& operation) const {
    for (const json::Value& described : described_.find("operations")->items) {
      if (described.string_of("method") == http::name_of(operation.policy().method)) return *described.find("access");
    }
    throw std::runtime_error("not described");
  }

  // One scope, of a key that must not have those demanded.
  static Words all_but(const Words& scopes) {
    for (const char* other : {"profile:read", "posts:read", "users:read"}) {
      if (!scopes.contains(other)) return {other};
    }
    ADD_FAILURE() << "every scope is demanded";
    return {};
  }

  void expect(const Way& way, const Row& row) {
    const json::Value& access = access_of(way.operation);
    // Nobody looks at the credential, but a login or refresh token in the body would be judged by its owner's state.
    if (access.string_of("kind") == "anonymous" && *row.since != '\0') return;
    be(row.role);
    const Fields fields = good_fields(way);
    Caller caller = row.caller;
    Hand hand{.access = login().text("access_token"), .refresh = login().text("refresh_token"), .key = "gh_none"};
    if (row.key != Key::none) {
      Words scopes = words_in(access.string_of("scopes"));
      if (row.key == Key::without_the_scope) scopes = all_but(scopes);
      if (scopes.empty()) scopes = {"posts:read"};
      std::string names;
      for (const std::string& scope : scopes) names += (names.empty() ? "" : " ") + scope;
      // By a login with the password alone, where this endpoint's caller has a second factor.
      const std::string confirmed = value("SELECT COALESCE(MAX(confirmed_at), 'NULL') FROM gh_totp");
      admin.run("UPDATE gh_totp SET confirmed_at = NULL");
      hand.key = api_key("ann", {{"name", "matrix"}, {"scopes", names}});
      admin.run("UPDATE gh_totp SET confirmed_at = " + confirmed);
      if (caller.login != Sent::good) caller.scopes = scopes;
    }
    if (*row.since != '\0') admin.run(row.since);
    if (caller.since_login > minutes(0)) clock.advance(caller.since_login);

    Call sent = call_with(way, fields);
    row.put(sent, hand);
    const auto status = expected(access, caller);
    ASSERT_TRUE(status) << "the matrix does not know this policy; teach it";
    if (*status == kSuccess) {
      const Answer answer = call(sent);
      // What a handler demands of some bodies only, and its policy can't say: a fresh login for another email address.
      const bool changes_email = GetParam() == "users_me" && way.operation.policy().method == http::Method::Put;
      const bool is_half_a_login = GetParam().ends_with("_mfa") || GetParam() == "sign_in_code";
      const bool is_stale =
          (changes_email && caller.since_login > minutes(10)) || (is_half_a_login && caller.since_login > minutes(5));
      // Who is not signed in has no address of their own that could be meant.
      const bool names_nobody = GetParam() == "auth_verify_email_request" && caller.login != Sent::good;
      EXPECT_TRUE(is_stale       ? answer.status == 401 || answer.status == 403
                  : names_nobody ? answer.status < 400 || answer.status == 422
                                 : answer.status < 400)
          << answer.status << answer.body;
    } else {
      expect_refusal(*status, sent);
    }
  }

 private:
  const json::Value described_;
};

TEST_P(Matrix, EveryKindOfCallerIsAnsweredAsThePolicySays) {
  for (const Way& way : ways()) {
    for (const Row& row : kRows) {
      SCOPED_TRACE(std::string(http::name_of(way.operation.policy().method)) + " by " + row.name);
      expect(way, row);
    }
  }
}

TEST(MatrixConformance, APolicyThatItDoesNotKnowFails) {
  const auto outcome = [](const char* access, const Caller& caller) {
    return expected(*json::parse(access).value, caller);
  };
  const Caller user{.login = Sent::good, .role = "user"};
  EXPECT_EQ(outcome(R"({"kind":"user"})", user), kSuccess);
  EXPECT_EQ(outcome(R"({"kind":"user","minimum_role":"moderator"})", user), 403);
  EXPECT_EQ(outcome(R"({"kind":"user","roles":["moderator","user"]})", user), kSuccess);
  EXPECT_EQ(outcome(R"({"kind":"user","roles":["moderator"]})", user), 403);
  for (const char* unknown :
       {R"({})", R"({"kind":"client"})", R"({"kind":"user","second_factor":true})",
        R"({"kind":"user","minimum_role":"manager"})", R"({"kind":"user","roles":["manager"]})",
        R"({"kind":"user","permissions":"read:minds"})", R"({"kind":"user","scopes":"minds:read"})"}) {
    EXPECT_EQ(outcome(unknown, user), std::nullopt) << unknown;
  }
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const ListedEndpoint& listed : all_endpoints()) {
    // A guard has no operations; tests/handlers/guard_test.cpp is about it.
    if (!listed.endpoint->guard()) names.push_back(listed.endpoint->name());
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(ConformanceOfEveryEndpoint, Matrix, testing::ValuesIn(names()),
                         [](const auto& endpoint) { return endpoint.param; });

}  // namespace
}  // namespace gatehouse::test
