// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

class TokenKinds : public World {
 protected:
  TokenKinds() { set("PUBLIC_URL", "http://127.0.0.1:8080"); }  // cookies with plain names
};

// Every kind of token in every place that takes one: each is good in its own place only.
TEST_F(TokenKinds, NoneStandsInForAnother) {
  struct Place {
    const char* name;
    const char* takes;
    std::function<int(const std::string&)> use;
  };
  const std::vector<Place> places{
      {"bearer", "access", [&](const std::string& t) { return get("users_me", bearer(t)).status; }},
      {"access cookie", "access",
       [&](const std::string& t) { return get("users_me", Call{}.with("Cookie", "access_token=" + t)).status; }},
      {"refresh body", "refresh",
       [&](const std::string& t) {
         return post("auth_refresh", json_object({{"refresh_token", t}})).status;
       }},
      {"refresh cookie", "refresh",
       [&](const std::string& t) {
         return post("auth_refresh", json_text("{}").with("Cookie", "refresh_token=" + t)).status;
       }},
  };
  add_user();
  for (const Place& place : places) {
    for (const char* kind : {"access", "refresh"}) {
      const Answer login = log_in();
      const std::string token = login.text(std::string(kind) + "_token");
      EXPECT_EQ(place.use(token), std::string(kind) == place.takes ? 200 : 401) << kind << " as " << place.name;
    }
  }
}

}  // namespace
}  // namespace gatehouse::test
