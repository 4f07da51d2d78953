// SPDX-License-Identifier: Apache-2.0
#include "conformance/conformance.h"

#include <algorithm>
#include <fstream>

#include "auth/sessions/cookie.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "endpoint/form_token.h"
#include "support/factor.h"
#include "support/jwt.h"

namespace gatehouse::test {
namespace {

constexpr const char* kNonce = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
constexpr const char* kCode = "the-code";

struct Sample {
  const char* endpoint;  // "": of every other one
  const char* field;
  const char* value;
};

// A good value for each field that any endpoint reads; tokens are made for each call.
constexpr Sample kSamples[] = {
    {"users_register", "username", "new-person"},
    {"", "username", "ann"},
    {"sign_in_code", "site", ""},
    {"sign_in_code", "state", ""},
    {"sign_in_code", "return", "/docs"},
    {"sign_in", "site", ""},  // each may be left out only where none is named
    {"sign_in", "state", ""},
    {"sign_in", "return", "/docs"},
    {"", "code", kCode},
    {"", "recovery_code", kRecoveryCode},
    {"", "otp", "123456"},
    {"", "email", "new-person@example.com"},
    {"", "password", kPassword},
    {"", "current_password", kPassword},
    {"", "new_password", "Another-Horse-2"},
    {"", "full_name", "A New Person"},
    {"", "scope", "profile:read"},
    {"", "grant_type", "password"},
    {"", "client_id", "swagger"},
    {"", "client_secret", "whatever"},
    {"", "name", "backup"},
    {"", "scopes", "profile:read"},
    {"", "permissions", "read:post"},
    {"", "after", "editors"},
    {"", "limit", "10"},
    {"", "expires_in_days", "30"},
    {"", "requests_per_minute", "60"},
    {"admin_audit", "event", "login_failure"},
    {"admin_audit", "cursor", "AAAAAAAAAAAAAAAAAAAAAA"},
    {"", "user_id", "1"},
    {"", "since", "2026-01-31T09:05:00Z"},
    {"", "until", "2026-12-31T09:05:00.250Z"},
    {"", "skip", "0"},
    {"", "q", "ann"},
    {"", "role", "admin"},
    {"", "new_role", "admin"},
    {"", "is_active", "true"},
    {"", "is_verified", "true"},
    {"", "title", "O'Brien"},
    {"", "body", "<script>alert(1)</script>"},
    {"posts", "cursor", "7"},
    {"posts_admin_all", "cursor", "7"},
    {"", "cursor", "bjEgYW5u"},  // "n1 ann"
};

std::string sample_of(const std::string& endpoint, const std::string& field) {
  for (const Sample& sample : kSamples) {
    if (field == sample.field && (endpoint == sample.endpoint || *sample.endpoint == '\0')) return sample.value;
  }
  ADD_FAILURE() << "tests/conformance/conformance.cpp has no good value for " << field;
  return "";
}

std::vector<Body> bodies_of(Accepts accepts, bool reads_query) {
  switch (accepts) {
    case Accepts::nothing: return {reads_query ? Body::query : Body::none};
    case Accepts::json: return {Body::json};
    case Accepts::json_or_query: return {Body::json, Body::query};
    case Accepts::optional_json: return {Body::none, Body::json};
    case Accepts::form: return {Body::form};
    case Accepts::json_or_form: return {Body::json, Body::form};
  }
  return {};
}

// Numbers and truths as such, everything else a string.
std::string json_of(const Operation& operation, const Fields& fields) {
  const auto known = operation.fields();
  std::string body = "{";
  for (const auto& [name, value] : fields) {
    const auto field = std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.name == name; });
    const bool is_raw =
        field != known.end() && (field->type == http::FieldType::integer || field->type == http::FieldType::boolean);
    json::Writer text;
    text.begin_object().key(name).string(value).end_object();
    std::string member = text.take();
    if (is_raw) member = "{\"" + name + "\":" + value + "}";
    body += (body.size() > 1 ? "," : "") + member.substr(1, member.size() - 2);
  }
  return body + "}";
}

}  // namespace

Conformance::Conformance() {
  add_user({.role = "super_admin"});
  password_hash_ = value("SELECT HEX(hash) FROM gh_passwords");
  std::ofstream(installation().folder.path() + "/openapi.json") << "{}";
  std::ofstream(installation().folder.path() + "/guard.rules") << "site wiki https://wiki.example.com\n/ * user\n";
}

std::vector<Way> Conformance::ways() const {
  std::vector<Way> ways;
  for (const Operation& operation : endpoint().operations()) {
    const auto fields = operation.fields();
    const bool reads_query =
        std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return !is_in_path(field); });
    for (const Body body : bodies_of(operation.policy().accepts, reads_query)) ways.push_back({operation, body});
  }
  return ways;
}

std::string Conformance::path() const { return path_with("", ""); }

std::string Conformance::path_with(const std::string& parameter, const std::string& value) const {
  std::string path(endpoint().route());
  for (std::size_t begin; (begin = path.find('{')) != std::string::npos;) {
    const std::size_t end = path.find('}') + 1;
    const std::string name = path.substr(begin + 1, end - begin - 2);
    const auto thing = things_.find(name);
    path.replace(begin, end - begin, name == parameter ? value : thing == things_.end() ? "1" : thing->second);
  }
  return path;
}

bool Conformance::is_in_path(const http::InputField& field) const {
  return endpoint().route().find("{" + field.name + "}") != std::string_view::npos;
}

void Conformance::restore() {
  clock.advance(hours(1));  // every allowance is whole again
  sql("DELETE FROM gh_users WHERE id > 1");
  sql("UPDATE gh_users SET is_active = 1, email = 'ann@example.com', email_key = 'ann@example.com', role = '" + role_ +
      "'");
  sql("UPDATE gh_passwords SET hash = X'" + password_hash_ + "' WHERE user_id = 1");
  for (const char* table : {"gh_totp", "gh_recovery_codes", "gh_login_steps", "gh_guard_codes", "gh_guard_cookies",
                            "gh_api_keys", "gh_groups", "gh_group_rights", "gh_group_members", "gh_posts"}) {
    sql(std::string("DELETE FROM ") + table);
  }
}

// What a good call finds at the place that its URL names.
void Conformance::make_things() {
  const std::string& name = GetParam();
  // Whoever administers does it to another; and the last super_admin may not go.
  if (name.starts_with("admin_users_id") || name == "users_me") {
    const std::string role = name == "users_me" ? "super_admin" : "user";
    sql("INSERT INTO gh_users (id, birth, username, username_key, email, email_key, role, created_at, updated_at)"
        " VALUES (2, '', 'bob', 'bob', 'bob@example.com', 'bob@example.com', '" +
        role + "', 0, 0)");
    things_["id"] = "2";
  }
  if (name == "sessions_id") things_["id"] = claims_of(access_token()).string_of("sid");
  if (name.starts_with("api_keys_")) {
    sql("INSERT INTO gh_api_keys SELECT REPEAT('k', 16), 1, REPEAT('h', 32), 'gh_', NULL, '', 0, 'profile:read', 60, 0,"
        " NULL, NULL, NULL, 'pwd'");
    things_["id"] = to_base64url(std::string(16, 'k'));
  }
  if (name.starts_with("admin_groups_id")) {
    sql("INSERT INTO gh_groups VALUES (5, REPEAT('g', 16), 'editors', 0)");
    sql("INSERT INTO gh_users (id, birth, username, username_key, email, email_key, role, created_at, updated_at)"
        " VALUES (2, REPEAT('b', 16), 'bob', 'bob', 'bob@example.com', 'bob@example.com', 'user', 0, 0)");
    things_["id"] = "5";
    things_["user_id"] = "2";
  }
  if (name == "guard_return") {
    sql("INSERT INTO gh_guard_codes SELECT X'" + to_hex(bytes_of(crypto::labelled_sha256("guard code", kCode))) +
        "', id, 'wiki', X'" + to_hex(bytes_of(crypto::labelled_sha256("guard state", kNonce))) +
        "', '/page', 9e12, NULL FROM gh_sessions WHERE ended_at IS NULL ORDER BY created_at DESC LIMIT 1");
  }
  if (name.starts_with("posts")) {
    sql("INSERT INTO gh_posts VALUES (5, REPEAT('b', 16), 1, 'A title', 'A body', 0, 0)");
    things_["id"] = "5";
  }
}

// A second factor, where one is asked for or confirmed; and a login that is half done.
void Conformance::make_factor() {
  const std::string& name = GetParam();
  const bool is_second_step = name == "auth_token_mfa" || name == "auth_login_mfa" || name == "sign_in_code";
  const bool is_own = name == "auth_totp" || name == "auth_totp_confirm" || name == "auth_totp_recovery_codes";
  if (!is_second_step && !is_own) return;
  const bool is_offered = name == "auth_totp_confirm";
  const std::string now = std::to_string(to_millis(clock.now()));
  for (const std::string& statement : factor_of(1, is_offered ? "NULL" : "5", now)) sql(statement);
  if (!is_second_step) return;
  Fields fields{{"username", "ann"}, {"password", kPassword}};
  if (name == "sign_in_code") fields.emplace_back("form", FormToken{kNonce}.text());
  const Answer answer = post(name == "auth_token_mfa"   ? "auth_token"
                             : name == "auth_login_mfa" ? "auth_login"
                                                        : "sign_in",
                             form(fields)
                                 .with("Origin", kOurOrigin)
                                 .with("Sec-Fetch-Site", "same-origin")
                                 .with("Cookie", std::string("__Host-form=") + kNonce));
  mfa_token_ = answer.text("mfa_token");
  if (name == "sign_in_code") {
    constexpr std::string_view kBefore = "name=\"mfa_token\" value=\"";
    mfa_token_ = answer.body.substr(answer.body.find(kBefore) + kBefore.size(), 43);
  }
  changes();
}

Fields Conformance::good_fields(const Way& way) {
  restore();
  if (GetParam() == "guard_return") login_ = log_in();  // whose session the code is of
  make_things();
  login_ = log_in();
  if (GetParam().starts_with("sign_")) {
    const auto id = SessionId::from_text(claims_of(login_.text("access_token")).string_of("sid"));
    const auto cookie = sessions::Cookie::of(*id, {});
    session_cookie_ = cookie.text();
    sql("UPDATE gh_sessions SET cookie_hash = X'" + to_hex(bytes_of(cookie.hash("session cookie"))) +
        "' WHERE id = X'" + to_hex(id->raw()) + "'");
  }
  make_factor();
  Fields fields;
  if (way.body == Body::none) return fields;
  for (const http::InputField& field : way.operation.fields()) {
    if (is_in_path(field)) continue;
    const bool is_token = field.name == "token" || field.name == "refresh_token";
    const bool is_form_token = field.name == "form";
    const bool is_code = !mfa_token_.empty() || GetParam().starts_with("auth_totp");
    if (field.name == "mfa_token") {
      fields.emplace_back(field.name, mfa_token_);
      continue;
    }
    if (is_code && (field.name == "code" || field.name == "otp")) {
      fields.emplace_back(field.name, code_at(clock.now()));
      continue;
    }
    fields.emplace_back(field.name, is_token        ? login_.text("refresh_token")
                                    : is_form_token ? FormToken{kNonce}.text()
                                                    : sample_of(GetParam(), field.name));
  }
  return fields;
}

Call Conformance::call_with(const Way& way, const Fields& fields) const {
  Call call;
  if (way.body == Body::json) call = json_text(json_of(way.operation, fields));
  if (way.body == Body::form || way.body == Body::query) call = form(fields);
  std::string uri = path();
  if (way.body == Body::query) {
    if (!fields.empty()) uri += "?" + call.body;
    call = {};
  }
  const Policy& policy = way.operation.policy();
  // The cookie is the other way to bring a refresh token.
  const bool has_cookie = GetParam() == "auth_refresh";
  if (has_cookie) call = Call(call).with("Cookie", "__Secure-refresh_token=" + login_.text("refresh_token"));
  if (has_cookie || policy.same_origin == SameOrigin::always) {
    call = Call(call).with("Origin", kOurOrigin).with("Sec-Fetch-Site", "same-origin");
  }
  // A page's form comes with the cookie of its token.
  if (policy.shows == Shows::pages) {
    call = Call(call).with("Cookie", std::string("__Host-form=") + kNonce + "; __Host-session=" + session_cookie_);
  }
  if (GetParam() == "guard_return") {
    call.variables = {"GATEHOUSE_SITE=wiki", std::string("HTTP_COOKIE=__Host-guard-start=") + kNonce};
  }
  return std::move(call).by(http::name_of(policy.method)).at(uri);
}

Call Conformance::with_credential(const Way& way, Call call) const {
  if (way.operation.policy().access.kind() == Access::Kind::anonymous) return call;
  return std::move(call).bearing(login_.text("access_token"));
}

Call Conformance::good_call(const Way& way, const Fields& but) {
  Fields fields = good_fields(way);
  for (const auto& [name, value] : but) {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; });
    if (found != fields.end()) fields.erase(found);
    fields.emplace_back(name, value);
  }
  return with_credential(way, call_with(way, fields));
}

Answer Conformance::expect_refusal(int status, const Call& refused, const std::string& what) {
  changes();
  Answer answer = call(refused);
  EXPECT_EQ(answer.status, status) << refused.method << " " << what.substr(0, 200) << ": " << answer.body;
  std::string changed = changes();
  for (const char* allowed : {"gh_audit", "gh_audit_counts", "gh_throttle", "gh_allowances", "nothing"}) {
    // "gh_audit +1, gh_throttle +2": a table's word ends before the blank.
    for (std::size_t at; (at = changed.find(std::string(allowed) + " ")) != std::string::npos;) {
      changed.erase(at, std::min(changed.find(", ", at), changed.size()) - at);
    }
    if (changed == allowed) changed.clear();
  }
  EXPECT_EQ(changed.find("gh_"), std::string::npos) << "a refusal changed " << changed;
  return answer;
}

}  // namespace gatehouse::test
