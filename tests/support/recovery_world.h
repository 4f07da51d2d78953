// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "support/world.h"

namespace gatehouse::test {

// Where mail is on, and what people do with it.
class RecoveryWorld : public World {
 protected:
  static constexpr const char* kNew = "Another-Horse-2";
  static constexpr const char* kThird = "Third-Horse-3";

  RecoveryWorld() { set("MAIL_FROM", "auth@example.com"); }

  // A moment later, so that each mail has a time of its own.
  void pause() { clock.advance(seconds(1)); }

  static Call forgot_call(const std::string& email) { return json_object({{"email", email}}).by("POST"); }
  static Call reset_call(const std::string& token, const std::string& password = kNew) {
    return json_object({{"token", token}, {"new_password", password}}).by("POST");
  }
  static Call verify_call(const std::string& token, const std::string& password = "") {
    return password.empty() ? json_object({{"token", token}}).by("POST")
                            : json_object({{"token", token}, {"password", password}}).by("POST");
  }
  static Call token_call(const std::string& token) { return json_object({{"token", token}}).by("POST"); }

  Answer forgot(const std::string& email = "ann@example.com") {
    pause();
    return send("auth_forgot_password", forgot_call(email));
  }
  Answer reset(const std::string& token, const std::string& password = kNew) {
    return send("auth_reset_password", reset_call(token, password));
  }
  Answer verify(const std::string& token, const std::string& password = kPassword) {
    return send("auth_verify_email", verify_call(token, password));
  }
  Answer undo(const std::string& token) { return send("auth_email_change_undo", token_call(token)); }
  Answer ask_for_change(const std::string& email, const std::string& username = "ann") {
    pause();
    return send("users_me", json_object({{"email", email}}).by("PUT").bearing(access_token(username)));
  }
  Answer change_password(const std::string& from, const std::string& to) {
    const std::string access = sign(from).text("access_token");
    return post("auth_change_password",
                json_object({{"current_password", from}, {"new_password", to}}).bearing(access));
  }
  Answer sign(const std::string& password, const std::string& username = "ann") {
    return post("auth_token", form({{"username", username}, {"password", password}}));
  }

  // What the last request ran, but for what each process reads once a second.
  std::vector<std::string> statements() {
    std::vector<std::string> ran = head().statements;
    std::erase_if(ran, [](const std::string& name) {
      return name == "schema.version" || name == "keys.list" || name == "access.role_map";
    });
    return ran;
  }

  // Each answers the token that was mailed.
  std::string forget() {
    EXPECT_EQ(forgot().status, 202);
    return mailed("reset_password");
  }
  std::string want(const std::string& email) {
    EXPECT_EQ(ask_for_change(email).status, 202);
    return mailed("change_email");
  }
  // Ann's address is another from now on; the token that undoes it.
  std::string move_to(const std::string& email) {
    EXPECT_EQ(verify(want(email)).status, 200);
    return mailed("email_changed");
  }
  std::string email_of(const std::string& username = "ann") {
    return value("SELECT email FROM gh_users WHERE username = '" + username + "'");
  }
};

}  // namespace gatehouse::test
