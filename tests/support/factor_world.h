// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "support/factor.h"
#include "support/guard_world.h"
#include "support/jwt.h"

namespace gatehouse::test {

// ann, 1, has a second factor; and every way in.
class FactorWorld : public GuardWorld {
 protected:
  FactorWorld() {
    add_user();
    give_factor(1);
  }

  void give_factor(std::int64_t user, const std::string& confirmed_at = "5", const std::string& created_at = "5") {
    for (const std::string& statement : factor_of(user, confirmed_at, created_at)) sql(statement);
  }
  std::string code(int steps = 0) { return code_at(clock.now(), steps); }
  // So that the last code is over, and another is new.
  void let_a_step_pass() { clock.advance(seconds(30)); }

  static Call credentials(const Fields& more = {}) {
    Fields fields{{"username", "ann"}, {"password", kPassword}};
    fields.insert(fields.end(), more.begin(), more.end());
    return form(fields).by("POST");
  }
  // The first step of each kind of login, and its mfa_token.
  std::string first_step(const Fields& more = {}) {
    const Answer answer = send("auth_token", credentials(more));
    EXPECT_EQ(answer.status, 401) << answer.body;
    EXPECT_EQ(answer.text("type"), "urn:gatehouse:problem:second-factor-required");
    arranged();
    return answer.text("mfa_token");
  }
  std::string first_step_of_cookies() {
    const Answer answer = send("auth_login", from_our_page(credentials()));
    EXPECT_EQ(answer.text("type"), "urn:gatehouse:problem:second-factor-required") << answer.body;
    arranged();
    return answer.text("mfa_token");
  }
  std::string first_step_of_pages(const Fields& wish = {}) {
    const Answer answer = send_form("sign_in", sign_in_form("ann", kPassword, wish));
    EXPECT_EQ(answer.status, 200) << answer.body;
    arranged();
    constexpr std::string_view kBefore = "name=\"mfa_token\" value=\"";
    const std::size_t at = answer.body.find(kBefore);
    EXPECT_NE(at, std::string::npos) << answer.body;
    return at == std::string::npos ? "" : answer.body.substr(at + kBefore.size(), 43);
  }

  static Call second_step(const std::string& mfa_token, const std::string& shown) {
    const char* kind = factors::is_code(shown) ? "code" : "recovery_code";
    return json_object({{"mfa_token", mfa_token}, {kind, shown}}).by("POST");
  }
  Answer finish(const std::string& mfa_token, const std::string& shown) {
    return send("auth_token_mfa", second_step(mfa_token, shown));
  }
  Answer finish_cookies(const std::string& mfa_token, const std::string& shown) {
    return send("auth_login_mfa", from_our_page(second_step(mfa_token, shown)));
  }
  Answer finish_pages(const std::string& mfa_token, const std::string& shown, const Fields& wish = {}) {
    Fields fields{{"form", FormToken{kNonce}.text()}, {"mfa_token", mfa_token}, {"otp", shown}};
    fields.insert(fields.end(), wish.begin(), wish.end());
    return send_form("sign_in_code", fields);
  }
  // A whole login.
  std::string token_by_code() {
    let_a_step_pass();
    const Answer answer = finish(first_step(), code());
    EXPECT_EQ(answer.status, 200) << answer.body;
    arranged();
    return answer.text("access_token");
  }
  static std::string amr_of(const std::string& token) {
    return to_text(*claims_of(token).find("amr")) + " " + std::string(claims_of(token).string_of("acr"));
  }
  bool opens(const std::string& token) { return get("users_me", bearer(token)).status == 200; }
  std::string sessions() { return value("SELECT COUNT(*) FROM gh_sessions WHERE ended_at IS NULL"); }

  static constexpr const char* kOfCode = R"(["pwd","otp","mfa"] aal2)";
  static constexpr const char* kOfRecoveryCode = R"(["pwd","mfa"] aal2)";
  static constexpr const char* kOfPassword = R"(["pwd"] aal1)";
};

}  // namespace gatehouse::test
