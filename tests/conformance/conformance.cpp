// SPDX-License-Identifier: Apache-2.0
#include "conformance/conformance.h"

#include <algorithm>
#include <fstream>

namespace gatehouse::test {
namespace {

struct Sample {
  const char* endpoint;  // "": of every other one
  const char* field;
  const char* value;
};

// A good value for each field that any endpoint reads.
constexpr Sample kSamples[] = {
    {"users_register", "username", "new-person"},
    {"", "username", "ann"},
    {"", "email", "new-person@example.com"},
    {"", "password", kPassword},
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

}  // namespace

Conformance::Conformance() {
  add_user({.role = "super_admin"});
  std::ofstream(installation().folder.path() + "/openapi.json") << "{}";
}

Fields Conformance::good_fields(const Operation& operation) const {
  Fields fields;
  for (const http::InputField& field : operation.fields()) {
    fields.emplace_back(field.name, sample_of(GetParam(), field.name));
  }
  return fields;
}

Call Conformance::call_with(const Operation& operation, const Fields& fields) {
  Call call;
  if (operation.policy().accepts == Accepts::json) call = json_object(fields);
  if (operation.policy().accepts == Accepts::form) call = form(fields);
  call.method = http::name_of(operation.policy().method);
  return call;
}

Call Conformance::with_credential(const Operation& operation, Call call) {
  if (operation.policy().access.kind() == Access::Kind::anonymous) return call;
  return std::move(call).bearing(access_token());
}

Call Conformance::good_call(const Operation& operation, const Fields& but) {
  Fields fields = good_fields(operation);
  for (const auto& [name, value] : but) {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; });
    if (found != fields.end()) fields.erase(found);
    fields.emplace_back(name, value);
  }
  return with_credential(operation, call_with(operation, fields));
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
