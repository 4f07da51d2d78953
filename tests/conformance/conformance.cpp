// SPDX-License-Identifier: Apache-2.0
#include "conformance/conformance.h"

#include <algorithm>
#include <fstream>

#include "support/jwt.h"

namespace gatehouse::test {
namespace {

struct Sample {
  const char* endpoint;  // "": of every other one
  const char* field;
  const char* value;
};

// A good value for each field that any endpoint reads; tokens are made for each call.
constexpr Sample kSamples[] = {
    {"users_register", "username", "new-person"},
    {"", "username", "ann"},
    {"", "email", "new-person@example.com"},
    {"", "password", kPassword},
    {"", "current_password", kPassword},
    {"", "new_password", "Another-Horse-2"},
    {"", "full_name", "A New Person"},
    {"", "scope", "profile:read"},
    {"", "grant_type", "password"},
    {"", "client_id", "swagger"},
    {"", "client_secret", "whatever"},
};

std::string sample_of(const std::string& endpoint, const std::string& field) {
  for (const Sample& sample : kSamples) {
    if (field == sample.field && (endpoint == sample.endpoint || *sample.endpoint == '\0')) return sample.value;
  }
  ADD_FAILURE() << "tests/conformance/conformance.cpp has no good value for " << field;
  return "";
}

std::vector<Body> bodies_of(Accepts accepts) {
  switch (accepts) {
    case Accepts::nothing: return {Body::none};
    case Accepts::json: return {Body::json};
    case Accepts::optional_json: return {Body::none, Body::json};
    case Accepts::form: return {Body::form};
    case Accepts::json_or_form: return {Body::json, Body::form};
  }
  return {};
}

}  // namespace

Conformance::Conformance() {
  add_user({.role = "super_admin"});
  password_hash_ = value("SELECT HEX(hash) FROM gh_passwords");
  std::ofstream(installation().folder.path() + "/openapi.json") << "{}";
}

std::vector<Way> Conformance::ways() const {
  std::vector<Way> ways;
  for (const Operation& operation : endpoint().operations()) {
    for (const Body body : bodies_of(operation.policy().accepts)) ways.push_back({operation, body});
  }
  return ways;
}

std::string Conformance::path() const {
  std::string path(endpoint().route());
  const std::size_t begin = path.find('{');
  if (begin != std::string::npos) path.replace(begin, path.find('}') + 1 - begin, other_session_);
  return path;
}

bool Conformance::is_in_path(const http::InputField& field) const {
  return endpoint().route().find("{" + field.name + "}") != std::string_view::npos;
}

void Conformance::restore() {
  sql("DELETE FROM gh_users WHERE username = 'new-person'");
  sql("UPDATE gh_users SET is_active = 1, email = 'ann@example.com', email_key = 'ann@example.com'");
  sql("UPDATE gh_passwords SET hash = X'" + password_hash_ + "' WHERE user_id = (SELECT id FROM gh_users)");
}

Fields Conformance::good_fields(const Way& way) {
  restore();
  other_session_ = std::string(claims_of(access_token()).string_of("sid"));
  login_ = log_in();
  Fields fields;
  if (way.body == Body::none) return fields;
  for (const http::InputField& field : way.operation.fields()) {
    const bool is_token = field.name == "token" || field.name == "refresh_token";
    fields.emplace_back(field.name, is_token ? login_.text("refresh_token") : sample_of(GetParam(), field.name));
  }
  return fields;
}

Call Conformance::call_with(const Way& way, const Fields& fields) const {
  Call call;
  if (way.body == Body::json) call = json_object(fields);
  if (way.body == Body::form) call = form(fields);
  const Policy& policy = way.operation.policy();
  // The cookie is the other way to bring a refresh token.
  const bool has_cookie = GetParam() == "auth_refresh";
  if (has_cookie) call = Call(call).with("Cookie", "__Secure-refresh_token=" + login_.text("refresh_token"));
  if (has_cookie || policy.same_origin == SameOrigin::always) {
    call = Call(call).with("Origin", kOurOrigin).with("Sec-Fetch-Site", "same-origin");
  }
  return std::move(call).by(http::name_of(policy.method)).at(path());
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
  for (const char* allowed : {"gh_audit", "gh_audit_counts", "gh_throttle", "nothing"}) {
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
