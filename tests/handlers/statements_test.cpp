// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "support/world.h"

namespace gatehouse::test {
namespace {

// A golden file says all that an endpoint may run: whatever any test sends is held against it (WebHead). These
// scenarios are the other half, that the endpoint still runs each statement listed. Made anew by
// GATEHOUSE_REGENERATE=1.
class Statements : public World {
 protected:
  // What `endpoint` ran while `scenario` was played, as the file of that endpoint should say.
  void expect_golden(const std::string& endpoint, const std::function<void()>& scenario) {
    std::set<std::string> ran;
    head().on_statement = [&](const std::string& who, const std::string& statement) {
      if (who == endpoint) ran.insert(statement);
      if (statement == change_before) admin.run(change);
    };
    scenario();
    if (regenerates()) {
      std::ofstream out(golden_statements_file(endpoint));
      for (const std::string& name : ran) out << name << '\n';
    }
    EXPECT_EQ(ran, golden_statements(endpoint)) << endpoint;
  }

  Answer try_login(const std::string& username, const std::string& password) {
    return post("auth_token", form({{"username", username}, {"password", password}}));
  }

  // What somebody else does just before a statement runs.
  std::string change_before;
  std::string change;
};

TEST_F(Statements, OfAuthToken) {
  set("MAX_SESSIONS_PER_USER", "1");
  set("MAX_LOGIN_ATTEMPTS", "2");
  add_user();
  set("ARGON2_PASSES", "2");  // the next login upgrades the hash
  expect_golden("auth_token", [&] {
    try_login("ann", "Wrong-Horse-1");
    try_login("ann", kPassword);
    try_login("ann@example.com", kPassword);
    try_login("nobody", "Wrong-Horse-1");
    try_login("nobody", "Wrong-Horse-1");
    change_before = "users.hold_password";
    change = "UPDATE gh_passwords SET hash = 'another'";
    try_login("ann", kPassword);
  });
}

TEST_F(Statements, OfUsersRegister) {
  expect_golden("users_register", [&] {
    post("users_register", json_object({{"email", "ann@example.com"}, {"password", kPassword}}));
  });
}

TEST_F(Statements, OfEndpointsThatReadWithoutInput) {
  add_user();
  const std::string token = access_token();
  for (const ListedEndpoint& listed : all_endpoints()) {
    const Operation* reads = listed.endpoint->find(Method::Get);
    if (!reads || reads->reads_input()) continue;
    const std::string name = listed.endpoint->name();
    expect_golden(name, [&] { get(name, bearer(token)); });
  }
}

}  // namespace
}  // namespace gatehouse::test
