// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "support/factor.h"
#include "support/guard_world.h"
#include "support/jwt.h"

namespace gatehouse::test {
namespace {

// A golden file says all that an endpoint may run: whatever any test sends is held against it (WebHead). These
// scenarios are the other half, that the endpoint still runs each statement listed. Made anew by
// GATEHOUSE_REGENERATE=1.
class Statements : public GuardWorld {
 protected:
  // What `endpoint` ran while `scenario` was played, as the file of that endpoint should say.
  void expect_golden(const std::string& endpoint, const std::function<void()>& scenario) {
    std::set<std::string> ran;
    head().on_statement = [&](const std::string& who, const std::string& statement) {
      if (who == endpoint) ran.insert(statement);
      if (statement == change_before) admin.run(change);
    };
    refuse(endpoint);
    scenario();
    head().on_statement = nullptr;
    if (regenerates()) {
      std::ofstream out(golden_statements_file(endpoint));
      for (const std::string& name : ran) out << name << '\n';
    }
    EXPECT_EQ(ran, golden_statements(endpoint)) << endpoint;
  }

  // Where a scope is asked for, somebody without it leaves a record.
  void refuse(const std::string& endpoint) {
    if (endpoint_named(endpoint).guard()) return;
    const Operation& operation = endpoint_named(endpoint).operations().front();
    if (operation.policy().access.scopes().empty()) return;
    const std::string token = access_token("ann", {{"scope", "none"}});
    const std::string method(http::name_of(operation.policy().method));
    EXPECT_EQ(send(endpoint, json_text("{}").bearing(token).by(method).at(path_of(endpoint))).status, 403);
  }
  static std::string path_of(const std::string& endpoint) {
    std::string path(endpoint_named(endpoint).route());
    for (std::size_t at; (at = path.find('{')) != std::string::npos;) path.replace(at, path.find('}') + 1 - at, "1");
    return path;
  }

  Answer try_login(const std::string& endpoint, const std::string& username, const std::string& password,
                   const Fields& more = {}) {
    Fields fields{{"username", username}, {"password", password}};
    fields.insert(fields.end(), more.begin(), more.end());
    return post(endpoint, endpoint == "auth_token" ? form(fields) : json_object(fields));
  }
  void expect_golden_of_a_login(const std::string& endpoint);
  void give_factor(const std::string& confirmed_at = "5", const std::string& created_at = "5") {
    sql("DELETE FROM gh_totp");
    sql("DELETE FROM gh_recovery_codes");
    for (const std::string& statement : factor_of(1, confirmed_at, created_at)) sql(statement);
  }
  std::string half_logged_in(const std::string& endpoint) {
    if (endpoint != "sign_in") return try_login(endpoint, "ann", kPassword).text("mfa_token");
    const std::string page = send_form("sign_in", sign_in_form("ann", kPassword, {})).body;
    constexpr std::string_view kBefore = "name=\"mfa_token\" value=\"";
    return page.substr(page.find(kBefore) + kBefore.size(), 43);
  }
  void expect_golden_of_a_second_step(const std::string& first, const std::string& endpoint);
  // Long enough ago for the next use to be noted.
  Answer log_in_before() {
    Answer login = log_in();
    clock.advance(minutes(2));
    return login;
  }
  static Call with_refresh(const Answer& login) {
    return json_object({{"refresh_token", login.text("refresh_token")}});
  }

  // What somebody else does just before a statement runs.
  std::string change_before;
  std::string change;
};

void Statements::expect_golden_of_a_login(const std::string& endpoint) {
  set("MAIL_FROM", "auth@example.com");
  set("REQUIRE_VERIFIED_EMAIL", "on");
  set("MAX_SESSIONS_PER_USER", "1");
  set("MAX_LOGIN_ATTEMPTS", "2");
  add_user();
  const std::string hash = value("SELECT HEX(hash) FROM gh_passwords");
  set("ARGON2_PASSES", "2");  // the next login upgrades the hash
  expect_golden(endpoint, [&] {
    try_login(endpoint, "ann", "Wrong-Horse-1");
    const std::string session = cookie_of(try_login(endpoint, "ann", kPassword), "__Host-session");
    if (!session.empty()) {
      const Fields fields{{"username", "ann"}, {"password", kPassword}};
      post(endpoint, with_cookie(json_object(fields), "__Host-session=" + session));
    }
    try_login(endpoint, "ann@example.com", kPassword);
    try_login(endpoint, "nobody", "Wrong-Horse-1");
    try_login(endpoint, "nobody", "Wrong-Horse-1");
    change_before = "sessions.admit";
    change = "UPDATE gh_passwords SET hash = 'another'";
    try_login(endpoint, "ann", kPassword);
    change_before.clear();
    sql("UPDATE gh_passwords SET hash = X'" + hash + "'");
    sql("DELETE FROM gh_throttle");
    give_factor();
    try_login(endpoint, "ann", kPassword);
    try_login(endpoint, "ann", kPassword, {{"otp", "999999"}});
    try_login(endpoint, "ann", kPassword, {{"otp", code_at(clock.now())}});
    try_login(endpoint, "ann", kPassword, {{"otp", kRecoveryCode}});
  });
}

void Statements::expect_golden_of_a_second_step(const std::string& first, const std::string& endpoint) {
  set("MAIL_FROM", "auth@example.com");
  set("MAX_SESSIONS_PER_USER", "1");
  set("MAX_LOGIN_ATTEMPTS", "2");
  add_user();
  const std::string session = first == "auth_token" ? "" : sign_in();
  expect_golden(endpoint, [&] {
    const auto finish = [&](const std::string& shown) {
      const std::string token = half_logged_in(first);
      clock.advance(minutes(2));
      if (endpoint == "sign_in_code") {
        return send_form(endpoint, {{"form", FormToken{kNonce}.text()}, {"mfa_token", token}, {"otp", shown}}, session);
      }
      const char* kind = factors::is_code(shown) ? "code" : "recovery_code";
      return post(endpoint, with_cookie(json_object({{"mfa_token", token}, {kind, shown}}), session));
    };
    give_factor();
    finish("999999");
    EXPECT_EQ(finish(code_at(clock.now() + minutes(2))).status, 200);
    clock.advance(minutes(2));
    EXPECT_EQ(finish(kRecoveryCode).status, 200);
    if (endpoint == "sign_in_code") {
      const Errand errand = send_away("wiki", "/pages");
      Fields fields{
          {"form", FormToken{kNonce}.text()}, {"mfa_token", half_logged_in(first)}, {"otp", kOtherRecoveryCode}};
      for (const char* name : {"site", "state", "return"}) {
        fields.emplace_back(name, parameter_of(errand.sign_in_uri, name));
      }
      EXPECT_EQ(send_form(endpoint, fields).status, 200);
    }
    clock.advance(minutes(2));
    change_before = "sessions.spend_step";
    change = "UPDATE gh_login_steps SET used_at = 1";
    EXPECT_NE(finish(code_at(clock.now() + minutes(2))).status, 200);
  });
}

TEST_F(Statements, OfAuthTokenMfa) { expect_golden_of_a_second_step("auth_token", "auth_token_mfa"); }

TEST_F(Statements, OfAuthLoginMfa) { expect_golden_of_a_second_step("auth_login", "auth_login_mfa"); }

TEST_F(Statements, OfSignInCode) { expect_golden_of_a_second_step("sign_in", "sign_in_code"); }

TEST_F(Statements, OfSecondFactors) {
  set("MAIL_FROM", "auth@example.com");
  set("MAX_LOGIN_ATTEMPTS", "2");
  add_user();
  std::string token = log_in_before().text("access_token");
  expect_golden("auth_totp_enroll", [&] {
    for (int i = 0; i < 2; ++i) EXPECT_EQ(post("auth_totp_enroll", bearer(token)).status, 200);
  });
  const auto show = [&](const char* endpoint, const char* method, const char* kind, const std::string& shown) {
    return send(endpoint, json_object({{kind, shown}}).bearing(token).by(method)).status;
  };
  clock.advance(minutes(2));
  expect_golden("auth_totp_confirm", [&] {
    const std::string now = std::to_string(to_millis(clock.now()));
    give_factor("NULL", now);
    change_before = "factors.confirm";
    change = "UPDATE gh_totp SET created_at = 5";
    EXPECT_EQ(show("auth_totp_confirm", "POST", "code", code_at(clock.now())), 409);
    change_before.clear();
    give_factor("NULL", now);
    EXPECT_EQ(show("auth_totp_confirm", "POST", "code", code_at(clock.now())), 200);
  });
  const auto play = [&](const char* endpoint, const char* method) {
    clock.advance(minutes(1));
    give_factor();
    admin.run("DELETE FROM gh_known_addresses");
    for (int i = 0; i < 2; ++i) EXPECT_EQ(show(endpoint, method, "code", "999999"), 400);
    sql("DELETE FROM gh_throttle");
    change_before = "factors.use_step";
    change = "UPDATE gh_totp SET last_step = 9000000000";
    EXPECT_EQ(show(endpoint, method, "code", code_at(clock.now())), 400);
    change_before.clear();
    give_factor();
    EXPECT_EQ(show(endpoint, method, "recovery_code", kRecoveryCode), 200);
  };
  token = try_login("auth_token", "ann", kPassword, {{"otp", code_at(clock.now(), 1)}}).text("access_token");
  clock.advance(minutes(2));
  sql("DELETE FROM gh_totp");
  expect_golden("auth_totp_recovery_codes", [&] { play("auth_totp_recovery_codes", "POST"); });
  clock.advance(minutes(2));
  sql("DELETE FROM gh_totp");
  expect_golden("auth_totp", [&] {
    give_factor();
    get("auth_totp", bearer(token));
    play("auth_totp", "DELETE");
  });
}

TEST_F(Statements, OfAuthReauthenticate) {
  set("MAIL_FROM", "auth@example.com");
  set("MAX_LOGIN_ATTEMPTS", "2");
  add_user();
  const std::string token = log_in_before().text("access_token");
  const auto show = [&](const char* password, const std::string& otp) {
    return post("auth_reauthenticate", json_object({{"password", password}, {"otp", otp}}).bearing(token)).status;
  };
  expect_golden("auth_reauthenticate", [&] {
    admin.run("DELETE FROM gh_known_addresses");
    show("Wrong-Horse-1", "999999");
    give_factor();
    show(kPassword, "999999");
    EXPECT_EQ(show(kPassword, code_at(clock.now())), 200);
    clock.advance(minutes(1));
    EXPECT_EQ(show(kPassword, kRecoveryCode), 200);
    for (int i = 0; i < 2; ++i) show("Wrong-Horse-1", "999999");
  });
}

TEST_F(Statements, OfAuthToken) { expect_golden_of_a_login("auth_token"); }

TEST_F(Statements, OfAuthLogin) { expect_golden_of_a_login("auth_login"); }

TEST_F(Statements, OfSignIn) {
  set("MAIL_FROM", "auth@example.com");
  set("REQUIRE_VERIFIED_EMAIL", "on");
  set("MAX_SESSIONS_PER_USER", "1");
  set("MAX_LOGIN_ATTEMPTS", "2");
  add_user();
  set("ARGON2_PASSES", "2");  // the next login upgrades the hash
  expect_golden("sign_in", [&] {
    const auto try_form = [&](const std::string& username, const std::string& password) {
      return send_form("sign_in", sign_in_form(username, password, {}));
    };
    try_form("ann", "Wrong-Horse-1");
    const Answer done = try_form("ann", kPassword);
    try_form("ann@example.com", kPassword);
    try_form("nobody", "Wrong-Horse-1");
    try_form("nobody", "Wrong-Horse-1");
    clock.advance(seconds(1));  // the newest of two stays
    const std::string session = sign_in();
    send_form("sign_in", sign_in_form("ann", kPassword, {}), session);
    clock.advance(seconds(1));
    const std::string next = sign_in();
    clock.advance(minutes(2));
    code_for(send_away("wiki", "/pages"), next);
    give_factor();
    try_form("ann", kPassword);
    sql("DELETE FROM gh_totp");
    change_before = "sessions.admit";
    change = "UPDATE gh_passwords SET hash = 'another'";
    try_form("ann", kPassword);
  });
}

TEST_F(Statements, OfSignOut) {
  add_user();
  const std::string session = sign_in();
  expect_golden("sign_out", [&] { send_form("sign_out", {{"form", FormToken{kNonce}.text()}}, session); });
}

TEST_F(Statements, OfGuardReturn) {
  add_user();
  const std::string session = sign_in();
  const Errand errand = send_away("wiki", "/pages");
  const std::string code = code_for(errand, session);
  expect_golden("guard_return", [&] {
    bring_back("wiki", code, errand.nonce);
    bring_back("wiki", code, errand.nonce);
    for (int i = 0; i < 2; ++i) bring_back("wiki", code_for(errand, session), "");
  });
}

TEST_F(Statements, OfTheGuard) {
  add_user();
  const std::string cookie = enter("wiki", sign_in());
  const std::string token = access_token("ann", {{"scope", "posts:read"}});
  const std::string key = api_key("ann", {{"scopes", "posts:read"}});
  clock.advance(minutes(2));
  expect_golden("guard", [&] {
    send("guard", with_cookie(to("wiki", "/pages"), cookie));
    send("guard", with_cookie(to("wiki", "/mods"), cookie));
    send("guard", with_cookie(to("wiki", "/mods"), cookie));
    send("guard", to("wiki", "/posts").bearing(token));
    send("guard", to("wiki", "/posts").keyed(key));
  });
}

TEST_F(Statements, OfAuthRefresh) {
  add_user();
  const Answer login = log_in();
  expect_golden("auth_refresh", [&] {
    EXPECT_EQ(post("auth_refresh", with_refresh(login)).status, 200);
    EXPECT_EQ(post("auth_refresh", with_refresh(login)).status, 401);
  });
}

TEST_F(Statements, OfAuthLogout) {
  add_user();
  const Answer login = log_in_before();
  expect_golden("auth_logout", [&] { post("auth_logout", with_refresh(login).bearing(login.text("access_token"))); });
}

TEST_F(Statements, OfAuthRevoke) {
  add_user();
  const Answer login = log_in();
  expect_golden("auth_revoke", [&] {
    for (const char* kind : {"access_token", "refresh_token"}) {
      post("auth_revoke", json_object({{"token", login.text(kind)}}));
    }
  });
}

TEST_F(Statements, OfAuthChangePassword) {
  set("MAIL_FROM", "auth@example.com");
  set("MAX_LOGIN_ATTEMPTS", "2");
  add_user();
  const Answer login = log_in_before();
  const auto change_from = [&](const char* current) {
    post("auth_change_password", json_object({{"current_password", current}, {"new_password", "Another-Horse-2"}})
                                     .bearing(login.text("access_token")));
  };
  expect_golden("auth_change_password", [&] {
    admin.run("DELETE FROM gh_known_addresses");
    change_from("Wrong-Horse-1");
    post("auth_change_password",
         json_text(R"({"current_password":"Correct-Horse-1","new_password":"Another-Horse-2","end_api_keys":true})")
             .bearing(login.text("access_token")));
    const std::string other = try_login("auth_token", "ann", "Another-Horse-2").text("access_token");
    for (int i = 0; i < 2; ++i) {
      post("auth_change_password",
           json_object({{"current_password", "Wrong-Horse-1"}, {"new_password", kPassword}}).bearing(other));
    }
  });
}

TEST_F(Statements, OfRecovery) {
  set("MAIL_FROM", "auth@example.com");
  set("MAX_LOGIN_ATTEMPTS", "2");
  add_user({.is_verified = false});
  const std::string key = api_key();
  const std::string token = log_in_before().text("access_token");
  const auto call = [&](const std::string& endpoint, const Fields& fields) { post(endpoint, json_object(fields)); };
  expect_golden("auth_verify_email_request", [&] {
    post("auth_verify_email_request", bearer(token));
    clock.advance(seconds(1));  // which of two mails is newer is told by the time
    post("auth_verify_email_request", json_object({{"email", "ann@example.com"}}).keyed(key));
  });
  const std::string verify = mailed("verify_email");
  clock.advance(minutes(2));
  expect_golden("auth_verify_email", [&] {
    // One that somebody else has used in the same moment.
    change_before = "recovery.consume";
    change = "UPDATE gh_email_tokens SET used_at = 1";
    post("auth_verify_email", json_object({{"token", verify}}).bearing(token));
    change_before.clear();
    sql("UPDATE gh_email_tokens SET used_at = NULL WHERE purpose = 'verify'");
    for (int i = 0; i < 2; ++i) {
      post("auth_verify_email", json_object({{"token", verify}, {"password", "Wrong-Horse-1"}}).keyed(key));
    }
    post("auth_verify_email", json_object({{"token", verify}}).bearing(token));
    sql("DELETE FROM gh_throttle");
    send("users_me", json_object({{"email", "new@example.com"}}).bearing(token).by("PUT"));
    post("auth_verify_email", json_object({{"token", mailed("change_email")}}).bearing(token));
  });
  const std::string undo = mailed("email_changed");
  expect_golden("auth_forgot_password", [&] { call("auth_forgot_password", {{"email", "new@example.com"}}); });
  const std::string reset = mailed("reset_password");
  expect_golden("auth_reset_password", [&] {
    change_before = "recovery.consume_recovery";
    change = "UPDATE gh_recovery_tokens SET used_at = 1 WHERE purpose = 'reset'";
    call("auth_reset_password", {{"token", reset}, {"new_password", "Another-Horse-2"}});
    change_before.clear();
    sql("UPDATE gh_recovery_tokens SET used_at = NULL WHERE purpose = 'reset'");
    sql("UPDATE gh_users SET is_verified = 0");
    sql("DELETE FROM gh_passwords");
    call("auth_reset_password", {{"token", reset}, {"new_password", "Another-Horse-2"}});
  });
  expect_golden("auth_email_change_undo", [&] {
    change_before = "recovery.consume_recovery";
    change = "UPDATE gh_recovery_tokens SET used_at = 1 WHERE purpose = 'undo'";
    call("auth_email_change_undo", {{"token", undo}});
    change_before.clear();
    sql("UPDATE gh_recovery_tokens SET used_at = NULL WHERE purpose = 'undo'");
    call("auth_email_change_undo", {{"token", undo}});
  });
}

TEST_F(Statements, OfSessions) {
  add_user();
  log_in();
  const std::string token = log_in_before().text("access_token");
  expect_golden("sessions", [&] {
    get("sessions", bearer(token));
    send("sessions", bearer(token).by("DELETE"));
  });
}

TEST_F(Statements, OfSessionsId) {
  add_user();
  const std::string token = log_in_before().text("access_token");
  const std::string own(claims_of(token).string_of("sid"));
  expect_golden("sessions_id", [&] {
    for (const std::string& id : {std::string("AAAAAAAAAAAAAAAAAAAAAA"), own}) {
      send("sessions_id", bearer(token).at("/api/v1/sessions/" + id).by("DELETE"));
    }
  });
}

TEST_F(Statements, OfUsersRegister) {
  set("MAIL_FROM", "auth@example.com");
  expect_golden("users_register", [&] {
    post("users_register", json_object({{"email", "ann@example.com"}, {"password", kPassword}}));
  });
}

TEST_F(Statements, OfUsersMe) {
  add_user();
  const std::string key = api_key();
  set("MAIL_FROM", "auth@example.com");
  const std::string token = log_in_before().text("access_token");
  expect_golden("users_me", [&] {
    send("users_me", json_object({{"email", "new@example.com"}}).bearing(token).by("PUT"));
    get("users_me", bearer(token));
    get("users_me", with_key(key));
    send("users_me", json_object({{"full_name", "Ann"}}).bearing(token).by("PUT"));
    change_before = "accounts.change_profile";
    change = "UPDATE gh_users SET updated_at = 5";
    send("users_me", json_object({{"full_name", "Lee"}}).bearing(token).by("PUT"));
    change_before.clear();
    sql("UPDATE gh_users SET role = 'super_admin'");
    send("users_me", bearer(token).by("DELETE"));
    sql("UPDATE gh_users SET role = 'user'");
    send("users_me", bearer(token).by("DELETE"));
  });
}

TEST_F(Statements, OfApiKeys) {
  set("MAIL_FROM", "auth@example.com");
  add_user();
  const std::string token = log_in_before().text("access_token");
  expect_golden("api_keys_generate", [&] {
    post("api_keys_generate", bearer(token));
    post("api_keys_generate", json_object({{"name", "backup"}}).bearing(token));
    post("api_keys_generate", json_object({{"scopes", "admin"}}).bearing(token));
  });
  clock.advance(minutes(2));
  std::string id;
  expect_golden("api_keys", [&] { id = get("api_keys", bearer(token)).json.items.at(0).string_of("id"); });
  clock.advance(minutes(2));
  expect_golden("api_keys_id", [&] {
    for (int i = 0; i < 2; ++i) send("api_keys_id", bearer(token).at("/api/v1/api-keys/" + id).by("DELETE"));
  });
  clock.advance(minutes(2));
  expect_golden("api_keys_revoke", [&] {
    for (int i = 0; i < 2; ++i) send("api_keys_revoke", bearer(token).by("DELETE"));
  });
}

TEST_F(Statements, OfAdminGroups) {
  add_user({.role = "admin"});
  const std::int64_t bob = add_user({.username = "bob"});
  const std::string key = api_key();
  const std::string token = log_in_before().text("access_token");
  std::string id;
  expect_golden("admin_groups", [&] {
    id = std::to_string(
        post("admin_groups", json_object({{"name", "editors"}, {"permissions", "read:post"}}).bearing(token))
            .integer("id"));
    get("admin_groups", with_key(key));
  });
  clock.advance(minutes(2));
  const std::string at = "/api/v1/admin/groups/" + id + "/members/" + std::to_string(bob);
  expect_golden("admin_groups_id_members_id", [&] {
    for (const char* method : {"PUT", "DELETE"}) {
      send("admin_groups_id_members_id", bearer(token).at(at).by(method));
    }
  });
}

TEST_F(Statements, OfAdministration) {
  set("MAIL_FROM", "auth@example.com");
  add_user({.role = "super_admin"});
  add_user({.username = "bob"});
  const std::string key = api_key();
  const std::string users = "/api/v1/admin/users";
  const auto play = [&](const std::string& endpoint, const std::vector<Call>& calls) {
    const std::string token = log_in_before().text("access_token");
    expect_golden(endpoint, [&] {
      for (const Call& call : calls) send(endpoint, Call(call).bearing(token));
      if (endpoint_named(endpoint).operations().front().policy().access.takes_keys())
        get(endpoint, with_key(key).at(calls[0].uri));
    });
  };
  const auto list = [&](const char* query) { return Call{}.by("GET").at(users + query); };
  play("admin_users",
       {list(""), list("?role=user"), list("?is_active=true"), list("?role=user&is_active=true"), list("?q=b")});
  play("admin_dashboard", {Call{}.by("GET").at("/api/v1/admin/dashboard")});
  try_login("auth_token", "bob", kPassword);
  play("admin_users_id_sessions", {Call{}.by("DELETE").at(users + "/2/sessions")});
  try_login("auth_token", "bob", "Wrong-Horse-1");
  play("admin_users_id_unlock", {Call{}.by("POST").at(users + "/2/unlock")});
  give_factor();
  sql("UPDATE gh_totp SET user_id = 2");
  play("admin_users_id_totp", {Call{}.by("DELETE").at(users + "/2/totp")});
  play("admin_users_id_role", {json_object({{"role", "admin"}}).by("PUT").at(users + "/2/role")});
  play("admin_users_id",
       {Call{}.by("GET").at(users + "/2"), json_text(R"({"is_active":false})").by("PATCH").at(users + "/2"),
        Call{}.by("DELETE").at(users + "/2")});
}

TEST_F(Statements, OfPosts) {
  add_user({.role = "admin"});
  const std::string key = api_key();
  const std::string bare = access_token("ann", {{"scope", "profile:read"}});
  const std::string token = log_in_before().text("access_token");
  const auto write = [&](const char* endpoint, const char* method, const std::string& uri) {
    for (const std::string& each : {bare, token}) {
      send(endpoint, json_object({{"title", "a"}, {"body", "b"}}).bearing(each).by(method).at(uri));
    }
  };
  expect_golden("posts", [&] {
    get("posts", with_key(key));
    write("posts", "POST", "/api/v1/posts");
  });
  clock.advance(minutes(2));
  expect_golden("posts_id", [&] {
    get("posts_id", with_key(key).at("/api/v1/posts/1"));
    write("posts_id", "PUT", "/api/v1/posts/1");
    send("posts_id", bearer(token).at("/api/v1/posts/1").by("DELETE"));
  });
  clock.advance(minutes(2));
  expect_golden("posts_admin_all", [&] {
    get("posts_admin_all", with_key(key));
    get("posts_admin_all", bearer(token));
  });
}

TEST_F(Statements, OfAdminAudit) {
  add_user({.role = "admin"});
  const std::string key = api_key("ann", {{"scopes", "admin"}});
  const std::string token = log_in_before().text("access_token");
  expect_golden("admin_audit", [&] {
    for (const char* query : {"", "?user_id=1", "?event=logout"}) {
      get("admin_audit", bearer(token).at(std::string("/api/v1/admin/audit") + query));
    }
    get("admin_audit", with_key(key));
  });
}

TEST_F(Statements, OfEndpointsThatAnybodyReadsWithoutInput) {
  for (const ListedEndpoint& listed : all_endpoints()) {
    const std::string name = listed.endpoint->name();
    const Operation* reads = listed.endpoint->find(http::Method::Get);
    const bool is_page = reads && reads->policy().shows == Shows::pages;  // with a scenario of its own
    if (!reads || is_page || reads->policy().access.kind() != Access::Kind::anonymous) continue;
    expect_golden(name, [&] { get(name); });
  }
}

}  // namespace
}  // namespace gatehouse::test
