// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "support/world.h"

namespace gatehouse::test {

// An installation with somebody in each place of the hierarchy, all signed in: root 1 (super_admin), ada 2 and al 3
// (admin), max 4 (moderator), bob 5 and eve 6 (user).
class AdministrationWorld : public World {
 protected:
  // What one of them asks for, and all that may come of it.
  struct Scenario {
    const char* what;
    const char* who;
    Call call;  // at a path behind /api/v1/admin
    int status;
    const char* changes = "nothing";
    const char* audit = "";
  };
  static constexpr const char* kRefusedOnRecord = "gh_audit +1, gh_audit_counts +1";

  AdministrationWorld() {
    add_user({.username = "root", .role = "super_admin"});
    for (const char* admin_name : {"ada", "al"}) add_user({.username = admin_name, .role = "admin"});
    add_user({.username = "max", .role = "moderator"});
    for (const char* name : {"bob", "eve"}) add_user({.username = name});
    for (const char* name : {"root", "ada", "al", "max", "bob", "eve"}) tokens_[name] = access_token(name);
  }

  const std::string& token(const std::string& who) { return tokens_.at(who); }
  Answer ask(const std::string& endpoint, const std::string& who, Call call) {
    call.uri.insert(0, "/api/v1/admin");
    return send(endpoint, std::move(call).bearing(token(who)));
  }
  Answer ask(const std::string& endpoint, const std::string& who, const std::string& path) {
    return ask(endpoint, who, Call{}.by("GET").at(path));
  }
  void play(const std::string& endpoint, const std::vector<Scenario>& scenarios) {
    for (const Scenario& scenario : scenarios) {
      SCOPED_TRACE(scenario.what);
      sql("DELETE FROM gh_audit_counts");  // so that each refusal is the first of its minute
      const Answer answer = ask(endpoint, scenario.who, scenario.call);
      EXPECT_EQ(answer.status, scenario.status) << answer.body;
      const std::string events = audit();
      // A refusal of somebody known is on record by itself; what it says is the business of others.
      const bool is_refused = scenario.status == 403;
      EXPECT_EQ(changes(), is_refused ? kRefusedOnRecord : scenario.changes);
      if (!is_refused) {
        EXPECT_EQ(events, scenario.audit);
      }
    }
  }
  // A number that is no id of a user, or nobody's, and what it is answered with.
  static const std::map<std::string, int>& odd_ids() {
    static const std::map<std::string, int> ids{{"0", 422},
                                                {"-1", 422},
                                                {"2147483648", 404},
                                                {"9223372036854775807", 404},
                                                {"9223372036854775808", 422},
                                                {"18446744073709551616", 422},
                                                {"bob", 422},
                                                {"1.0", 422},
                                                {"1e0", 422},
                                                {"0x5", 422},
                                                {"%35%20", 422},
                                                {"5'--", 422}};
    return ids;
  }
  void expect_odd_ids_refused(const std::string& endpoint, const Call& call, const std::string& after_id) {
    for (const auto& [id, status] : odd_ids()) {
      const Answer answer = ask(endpoint, "root", Call(call).at("/users/" + id + after_id));
      EXPECT_EQ(answer.status, status) << id << answer.body;
      EXPECT_EQ(changes(), "nothing") << id;
    }
  }

 private:
  std::map<std::string, std::string> tokens_;
};

}  // namespace gatehouse::test
