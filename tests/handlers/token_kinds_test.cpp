// SPDX-License-Identifier: Apache-2.0
#include "support/jwt.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

class TokenKinds : public World {
 protected:
  TokenKinds() { set("PUBLIC_URL", "http://127.0.0.1:8080"); }  // cookies with plain names
};

// Something that a client may hold, made of a login's answer.
struct Kind {
  const char* name;
  std::string (*of)(const Answer& login);
};

std::string access_of(const Answer& login) { return login.text("access_token"); }
std::string refresh_of(const Answer& login) { return login.text("refresh_token"); }
std::string session_id_of(const Answer& login) { return std::string(claims_of(access_of(login)).string_of("sid")); }

std::string api_key_of(const Answer&) { return "gh_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlfnWy4yY"; }

constexpr Kind kKinds[] = {
    {"access", access_of}, {"refresh", refresh_of}, {"session id", session_id_of}, {"API key", api_key_of}};

// Somewhere that a client may put it.
Call as_bearer(const Answer&, const std::string& token) { return bearer(token); }
Call as_key(const Answer&, const std::string& token) { return with_key(token); }
Call as_cookie(const std::string& cookies) { return json_text("{}").with("Cookie", cookies); }
Call as_access_cookie(const Answer&, const std::string& token) { return as_cookie("access_token=" + token); }
Call as_refresh_cookie(const Answer&, const std::string& token) { return as_cookie("refresh_token=" + token); }
Call beside_the_refresh_cookie(const Answer& login, const std::string& token) {
  return as_cookie("access_token=" + token + "; refresh_token=" + refresh_of(login));
}
Call in_the_body(const Answer&, const std::string& token) { return json_object({{"refresh_token", token}}); }
Call in_the_body_beside_a_bearer(const Answer& login, const std::string& token) {
  return json_object({{"refresh_token", token}}).bearing(access_of(login));
}
Call to_revoke(const Answer&, const std::string& token) { return json_object({{"token", token}}); }

constexpr const char* kNothing = "nothing";
constexpr const char* kOneToken = "gh_audit +1, gh_revoked_tokens +1";
constexpr const char* kOnRecord = "gh_audit +1, gh_sessions ~1";

struct Place {
  const char* name;
  const char* endpoint;
  const char* method;
  Call (*put)(const Answer& login, const std::string& token);
  int refusal;                               // of what it does not take
  std::map<std::string, const char*> takes;  // kind, and the effect it has
};

const std::vector<Place> kPlaces{
    {"me, bearer", "users_me", "GET", as_bearer, 401, {{"access", kNothing}}},
    {"me, X-API-Key", "users_me", "GET", as_key, 401, {{"API key", "gh_allowances +1, gh_api_keys ~1"}}},
    {"me, cookie", "users_me", "GET", as_access_cookie, 401, {{"access", kNothing}}},
    {"me, the other cookie", "users_me", "GET", as_refresh_cookie, 401, {}},
    {"refresh, body", "auth_refresh", "POST", in_the_body, 401, {{"refresh", kOnRecord}}},
    {"refresh, cookie", "auth_refresh", "POST", as_refresh_cookie, 401, {{"refresh", kOnRecord}}},
    {"refresh, the other cookie", "auth_refresh", "POST", as_access_cookie, 401, {}},
    {"refresh, both cookies", "auth_refresh", "POST", beside_the_refresh_cookie, 401, {{"access", kOnRecord}}},
    {"refresh, bearer", "auth_refresh", "POST", as_bearer, 401, {}},
    {"logout, bearer", "auth_logout", "POST", as_bearer, 401, {{"access", kOnRecord}}},
    {"logout, body", "auth_logout", "POST", in_the_body_beside_a_bearer, 400, {{"refresh", kOnRecord}}},
    {"logout, cookie", "auth_logout", "POST", as_access_cookie, 401, {{"access", kOnRecord}}},
    {"logout, the other cookie", "auth_logout", "POST", as_refresh_cookie, 401, {}},
    // To revoke is anybody's right who holds a token; what was none is answered the same, so the effect tells.
    {"revoke", "auth_revoke", "POST", to_revoke, 200, {{"access", kOneToken}, {"refresh", kOnRecord}}},
};

// Every kind in every place: each is good in its own places only, and elsewhere nothing happens.
TEST_F(TokenKinds, NoneStandsInForAnother) {
  add_user();
  sql("INSERT INTO gh_api_keys (id, user_id, hash, prefix, live_name, slot, scopes, requests_per_minute, created_at)"
      " VALUES (REPEAT('k', 16), 1, UNHEX(SHA2(CONCAT('api key', CHAR(0), '" +
      api_key_of({}) + "'), 256)), 'gh_', '', 0, 'profile:read', 60, 0)");
  for (const Kind& kind : kKinds) {
    for (const Place& place : kPlaces) {
      SCOPED_TRACE(std::string(kind.name) + " as " + place.name);
      const Answer login = log_in();
      const Answer answer = send(place.endpoint, place.put(login, kind.of(login)).by(place.method));
      const auto taken = place.takes.find(kind.name);
      EXPECT_EQ(answer.status, taken == place.takes.end() ? place.refusal : 200) << answer.body;
      EXPECT_EQ(changes(), taken == place.takes.end() ? kNothing : taken->second);
    }
  }
}

}  // namespace
}  // namespace gatehouse::test
