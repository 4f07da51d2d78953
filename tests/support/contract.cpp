// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "support/call.h"

namespace gatehouse::test {
namespace {

bool is_date_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  return text.size() == kForm.size() && std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
           return form == '0' ? is_digit(c) : c == form;
         });
}

bool is_of_type(const json::Value& value, json::Type type) {
  switch (type) {
    case json::Type::string: return value.is(json::Kind::string);
    case json::Type::integer: return value.integer().has_value();
    case json::Type::boolean: return value.is(json::Kind::boolean);
    case json::Type::date_time: return value.is(json::Kind::string) && is_date_time(value.text);
    case json::Type::strings:
      return value.is(json::Kind::array) && std::all_of(value.items.begin(), value.items.end(),
                                                        [](const auto& item) { return item.is(json::Kind::string); });
    case json::Type::objects: return value.is(json::Kind::array);
    case json::Type::counts:
      return value.is(json::Kind::object) &&
             std::all_of(value.members.begin(), value.members.end(),
                         [](const auto& member) { return member.value.integer().has_value(); });
  }
  return false;
}

void check_object(const json::Shape& shape, const json::Value& object, const Answer& answer) {
  ASSERT_TRUE(object.is(json::Kind::object)) << answer.body;
  for (const json::Field& field : shape.fields()) {
    const json::Value* value = object.find(field.name);
    if (!value) {
      ADD_FAILURE() << shape.name << " has no " << field.name << ": " << answer.body;
    } else if (value->is(json::Kind::null)) {
      EXPECT_EQ(field.nullable, json::Nullable::yes) << field.name << " is null";
    } else {
      EXPECT_TRUE(is_of_type(*value, field.type)) << field.name << " is of another type: " << answer.body;
      for (std::size_t i = 0; field.of && i < value->items.size(); ++i) {
        check_object(*field.of, value->items[i], answer);
      }
    }
  }
  EXPECT_EQ(object.members.size(), shape.fields().size()) << "members not declared in " << shape.name << answer.body;
}

void check_shape(const gatehouse::Answer& declared, const Answer& answer) {
  EXPECT_EQ(answer.content_type, "application/json");
  if (declared.count == Count::one) return check_object(*declared.shape, answer.json, answer);
  ASSERT_TRUE(answer.json.is(json::Kind::array)) << answer.body;
  for (const json::Value& item : answer.json.items) check_object(*declared.shape, item, answer);
}

// RFC 9457.
void check_problem(const Answer& answer) {
  EXPECT_EQ(answer.content_type, "application/problem+json");
  EXPECT_TRUE(answer.text("type").starts_with("urn:gatehouse:problem:")) << answer.body;
  EXPECT_NE(answer.text("title"), "");
  EXPECT_NE(answer.detail(), "");
  EXPECT_EQ(answer.integer("status"), answer.status);
  const json::Value* errors = answer.json.find("errors");
  EXPECT_EQ(answer.status == 422, errors != nullptr) << answer.body;
  for (const json::Value& error : errors ? errors->items : std::vector<json::Value>{}) {
    EXPECT_EQ(error.members.size(), error.find("strength") ? 3U : 2U) << answer.body;
    EXPECT_NE(error.string_of("field"), "") << answer.body;
    EXPECT_NE(error.string_of("message"), "") << answer.body;
  }
  for (const json::Member& member : answer.json.members) {
    const std::set<std::string> known{"type", "title", "status", "detail", "errors"};
    const bool leads_on = answer.text("type") == "urn:gatehouse:problem:second-factor-required" &&
                          (member.name == "mfa_token" || member.name == "expires_in");
    if (leads_on) continue;
    EXPECT_TRUE(known.contains(member.name)) << member.name << " in a problem";
  }
  EXPECT_TRUE(answer.status != 401 || answer.header("WWW-Authenticate").starts_with("Bearer")) << answer.body;
  EXPECT_TRUE(answer.status != 405 || !answer.header("Allow").empty());
  EXPECT_TRUE(answer.status != 503 || !answer.header("Retry-After").empty());
}

void check_success(const Policy& policy, const Answer& answer, bool has_body) {
  const auto declared = std::find_if(policy.answers.begin(), policy.answers.end(), [&](const gatehouse::Answer& a) {
    const std::string_view type = a.shape ? "application/json" : a.document.content_type;
    return a.status == answer.status && (policy.answers.size() == 1 || type == answer.content_type);
  });
  if (declared == policy.answers.end()) {
    ADD_FAILURE() << answer.status << " is not declared: " << answer.body;
  } else if (!declared->shape) {
    EXPECT_EQ(answer.content_type, declared->document.content_type);
  } else if (has_body) {
    check_shape(*declared, answer);
  }
}

void check_headers(const Policy* policy, const Answer& answer, bool has_body) {
  std::set<std::string> seen;
  for (const auto& [name, value] : answer.headers) {
    const bool may_repeat = name == "Set-Cookie";  // RFC 6265 section 3
    EXPECT_TRUE(seen.insert(to_lower(name)).second || may_repeat) << name << " stands twice";
  }
  // The front server's configuration owns these.
  for (const char* name : {"server", "x-frame-options", "x-content-type-options", "strict-transport-security"}) {
    EXPECT_FALSE(seen.contains(name)) << name;
  }
  const bool cacheable = policy && policy->cacheable > seconds(0) && answer.status == 200;
  EXPECT_EQ(answer.header("Cache-Control"),
            cacheable ? "public, max-age=" + std::to_string(policy->cacheable.count()) : "no-store");
  EXPECT_EQ(answer.header("Vary"), "Origin");
  EXPECT_NE(answer.header("X-Request-ID"), "");
  EXPECT_LE(answer.header("X-Request-ID").size(), 64U);
  if (answer.status == 204) {
    EXPECT_EQ(answer.header("Content-Length") + answer.body, "");
  } else if (has_body) {
    EXPECT_EQ(answer.header("Content-Length"), std::to_string(answer.body.size()));
  } else {
    EXPECT_EQ(answer.body, "");
  }
}

// A decision with an identity, or a refusal that is marked; nothing else may leave a guard.
void check_guard(const Answer& answer) {
  const bool passes = answer.header("Variable-GATEHOUSE_DECISION") == "pass";
  EXPECT_EQ(passes, answer.status == 200);
  EXPECT_EQ(answer.header("X-Gatehouse-Guard").empty(), passes);
  EXPECT_TRUE(passes || answer.header("Cache-Control") == "no-store");
  EXPECT_TRUE(answer.cgi.starts_with("Status: ")) << answer.cgi;
  EXPECT_EQ(answer.cgi.find("\r\nStatus:"), std::string::npos) << answer.cgi;
  for (const auto& [name, value] : answer.headers) {
    const bool tells_who = name.starts_with("Variable-") || name.starts_with("X-Auth-");
    EXPECT_TRUE(passes || !tells_who) << name << " with a refusal";
  }
}

}  // namespace

void check_contract(const Endpoint& endpoint, const Call& call, const Answer& answer) {
  SCOPED_TRACE(call.method + " " + call.uri.substr(0, 100) + " -> " + std::to_string(answer.status));
  if (endpoint.guard()) return check_guard(answer);
  const http::Method method = http::method_named(call.method);
  const Operation* operation = endpoint.find(method);
  const Policy* policy = operation ? &operation->policy() : nullptr;
  const bool has_body = method != http::Method::Head;
  check_headers(policy, answer, has_body);
  if (answer.status >= 400) {
    const bool is_page = policy && policy->shows == Shows::pages && answer.content_type.starts_with("text/html");
    if (has_body && !is_page) check_problem(answer);
  } else if (method == http::Method::Options) {
    EXPECT_EQ(answer.status, 204);
  } else if (policy) {
    check_success(*policy, answer, has_body);
  } else {
    ADD_FAILURE() << "a method without a policy was answered " << answer.status;
  }
}

}  // namespace gatehouse::test
