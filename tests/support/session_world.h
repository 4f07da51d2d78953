// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "support/world.h"

namespace gatehouse::test {

// What is done to sessions, and how one asks whether they live. A pair of tokens is the answer that brought it.
class SessionWorld : public World {
 protected:
  static constexpr const char* kNewPassword = "Another-Horse-2";
  static constexpr const char* kRetryKey = "0123456789abcdef";

  static Call login(const std::string& username, const std::string& password) {
    return form({{"username", username}, {"password", password}}).by("POST");
  }
  static Call refresh(const std::string& token) { return json_object({{"refresh_token", token}}).by("POST"); }
  static Call refresh(const Answer& pair) { return refresh(pair.text("refresh_token")); }
  static Call logout(const Answer& pair) { return refresh(pair).bearing(pair.text("access_token")); }
  static Call change_password(const Answer& pair) {
    return json_object({{"current_password", kPassword}, {"new_password", kNewPassword}})
        .bearing(pair.text("access_token"))
        .by("POST");
  }
  static bool is_reuse(const Answer& answer) {
    return answer.status == 401 && answer.detail().find("reuse") != std::string::npos;
  }

  // A session of a new user.
  Answer start(const std::string& username) {
    add_user({.username = username});
    return log_in(username);
  }
  // By a head that stays, and so remembers signatures.
  bool opens(const Answer& pair) { return get("users_me", bearer(pair.text("access_token"))).status == 200; }
  void expect_dead(const Answer& pair) {
    EXPECT_FALSE(opens(pair));
    EXPECT_EQ(send("auth_refresh", refresh(pair)).status, 401);
  }
  // It opens, and its refresh token is the one that is good (and is spent by this).
  void expect_alive(const Answer& pair) {
    EXPECT_EQ(pair.status, 200) << pair.body;
    EXPECT_TRUE(opens(pair));
    EXPECT_EQ(send("auth_refresh", refresh(pair)).status, 200);
  }
  void expect_only_the_new_password(const std::string& username) {
    EXPECT_EQ(send("auth_token", login(username, kPassword)).status, 401);
    EXPECT_EQ(send("auth_token", login(username, kNewPassword)).status, 200);
  }
};

}  // namespace gatehouse::test
