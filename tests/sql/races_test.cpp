// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <thread>

#include "support/world.h"

namespace gatehouse::test {
namespace {

class SqlRaces : public World {
 protected:
  static Call registration(const std::string& username, const std::string& email) {
    return json_object({{"email", email}, {"username", username}, {"password", kPassword}}).by("POST");
  }
  static std::ptrdiff_t count(const std::vector<Answer>& answers, int status) {
    return std::count_if(answers.begin(), answers.end(), [&](const Answer& answer) { return answer.status == status; });
  }
  // Until a transaction waits for another's row.
  void wait_for_a_lock_wait() {
    while (admin.query("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")[0][1] == "0")
      std::this_thread::yield();
  }
};

TEST_F(SqlRaces, OfFiftyWhoWantOneNameOneGetsIt) {
  const auto answers = in_parallel(50, [](WebHead& head, int i) {
    return head.send("users_register",
                     registration(i % 2 == 0 ? "Wanted" : "wanted", std::to_string(i) + "@example.com"));
  });
  EXPECT_EQ(count(answers, 201), 1);
  EXPECT_EQ(count(answers, 409) + count(answers, 503), 49) << "503: the hash slots were busy for too long";
  EXPECT_EQ(changes(), "gh_audit +1, gh_passwords +1, gh_user_counts +1, gh_users +1");
}

TEST_F(SqlRaces, OfFiftyWhoWantOneAddressOneGetsIt) {
  const auto answers = in_parallel(50, [](WebHead& head, int i) {
    return head.send("users_register", registration("user-" + std::to_string(i), "wanted@example.com"));
  });
  EXPECT_EQ(count(answers, 201), 1);
  EXPECT_EQ(count(answers, 409) + count(answers, 503), 49);
  EXPECT_EQ(changes(), "gh_audit +1, gh_passwords +1, gh_user_counts +1, gh_users +1");
}

TEST_F(SqlRaces, FiftyWhoWantDifferentNamesAllGetThem) {
  const auto answers = in_parallel(50, [](WebHead& head, int i) {
    return head.send("users_register", registration("user-" + std::to_string(i), std::to_string(i) + "@example.com"));
  });
  EXPECT_EQ(count(answers, 201), 50);
  EXPECT_EQ(changes(), "gh_audit +50, gh_passwords +50, gh_user_counts +16, gh_users +50");
}

TEST_F(SqlRaces, WhoWaitsForAnUndecidedNameGetsItWhenTheOtherGivesUp) {
  db::Admin other(installation().server->target());
  for (const bool gives_up : {true, false}) {
    other.run("START TRANSACTION");
    other.run(
        "INSERT INTO gh_users (birth, username, username_key, email, email_key, role, is_active, is_verified, "
        "created_at,"
        " updated_at) VALUES (UNHEX(MD5('x')), 'wanted', 'wanted', 'x@example.com', 'x@example.com', 'user', 1, 0, 0, "
        "0)");
    Answer answer;
    std::thread waiting([&] { answer = post("users_register", registration("wanted", "y@example.com")); });
    wait_for_a_lock_wait();
    other.run(gives_up ? "ROLLBACK" : "COMMIT");
    waiting.join();
    EXPECT_EQ(answer.status, gives_up ? 201 : 409);
    EXPECT_EQ(changes(), gives_up ? "gh_audit +1, gh_passwords +1, gh_user_counts +1, gh_users +1" : "gh_users +1");
    sql("DELETE FROM gh_users");
    sql("DELETE FROM gh_passwords");
  }
}

TEST_F(SqlRaces, ManyWhoFailAtOnceAreAllCounted) {
  const auto answers = in_parallel(20, [](WebHead& head, int i) {
    return head.send(
        "auth_token",
        form({{"username", "nobody"}, {"password", "Wrong-Horse-1"}}).from("10.0.3." + std::to_string(i)).by("POST"));
  });
  EXPECT_EQ(count(answers, 401), 20);
  EXPECT_EQ(value("SELECT failures FROM gh_throttle WHERE address = ''"), "20");
  EXPECT_EQ(changes(), "gh_audit +20, gh_audit_counts +28, gh_throttle +21");
}

}  // namespace
}  // namespace gatehouse::test
