// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"
#include "conformance/conformance.h"
#include "support/jwt.h"

namespace gatehouse::test {
namespace {

// A JSON body, with one member put in place of its like as raw JSON.
std::string body_with(const std::string& good, const std::string& name, const std::string& raw) {
  const auto parsed = json::parse(good);
  return to_text(with_member(*parsed.value, name, raw));
}

std::vector<std::string> out_of_bounds(const http::InputField& field) {
  switch (field.type) {
    case http::FieldType::boolean: return {"5"};
    case http::FieldType::integer:
      return {std::to_string(field.integer.least - 1), "9223372036854775808", "-9223372036854775809"};
    case http::FieldType::text:
    case http::FieldType::words: break;
  }
  std::vector<std::string> values{std::string(field.rule.most + 1, 'a')};
  if (field.rule.least > 0) values.emplace_back(field.rule.least - 1, 'a');
  return values;
}

std::vector<const char*> other_types(http::FieldType type) {
  switch (type) {
    case http::FieldType::integer: return {"\"5\"", "true", "[]", "{}", "[5]", "1.5", "1e2", "-0", "1e308"};
    case http::FieldType::boolean: return {"\"true\"", "0", "1", "[]", "{}", "[true]"};
    case http::FieldType::words: return {"5", "true", "{}", "[5]", "[[\"a\"]]", "[\"a b\"]", "[null]"};
    case http::FieldType::text: break;
  }
  return {"5", "0", "true", "[]", "{}", "[\"a\"]", "9223372036854775808", "-0.5e-7", "1e308"};
}

TEST_P(Conformance, AnotherContentTypeIs415) {
  for (const Way& way : ways()) {
    if (way.body == Body::none || way.body == Body::query) continue;
    std::vector<const char*> types{
        "",     "text/plain", "multipart/form-data; boundary=x", "application/jsonx", "application/jso",
        "json", ";",          "application/problem+json",        "text/json"};
    const Accepts accepts = way.operation.policy().accepts;
    if (accepts != Accepts::form && accepts != Accepts::json_or_form) {
      types.push_back("application/x-www-form-urlencoded");
    }
    if (accepts == Accepts::form) types.push_back("application/json");
    for (const char* type : types) expect_refusal(415, good_call(way).as(type), type);
    for (const char* parameters : {"; charset=utf-8", ";charset=UTF-8", " ; x=y"}) {
      const Call good = good_call(way);
      EXPECT_LT(call(Call(good).as(good.content_type + parameters)).status, 400) << parameters;
    }
  }
}

// `curl -d ''` says that nothing at all is a form.
TEST_P(Conformance, WhereTheBodyMayBeLeftOutAnEmptyOneIsFineWhateverItIsCalled) {
  for (const Way& way : ways()) {
    if (way.operation.policy().accepts != Accepts::optional_json || way.body != Body::none) continue;
    EXPECT_LT(call(good_call(way).as("application/x-www-form-urlencoded")).status, 400);
  }
}

TEST_P(Conformance, ABodyThatIsNoJsonIs400) {
  for (const Way& way : ways()) {
    if (way.body != Body::json) continue;
    const Fields good = good_fields(way);
    const std::string name = good.at(0).first;
    std::vector<std::string> bodies{
        " ",
        "null",
        "[]",
        "\"text\"",
        "5",
        "{",
        "{}}",
        "{} {}",
        "{'a':1}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "\xef\xbb\xbf{}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\u0000\"}",
        std::string("{\"a\":\"\0\"}", 9),
        std::string("{}\0", 3),
        "{\"a\":\"\n\"}",
        "{\"a\":1e400}",
        "{\"a\":1,\"a\":1}",
        "{\"" + name + "\":\"x\",\"" + name + "\":\"y\"}",
        "{\"" + name + "\":\"x\",\"\\u00" + to_hex(name.substr(0, 1)) + name.substr(1) + "\":\"y\"}",
        std::string(64 * 1024, '['),
        std::string(32 * 1024, '[') + std::string(32 * 1024, ']'),
        "{\"a\":" + std::string(20, '[') + std::string(20, ']') + "}",
        "email=a%40example.com",
    };
    if (way.operation.policy().accepts == Accepts::json) bodies.emplace_back();
    for (const std::string& body : bodies) {
      Call call = good_call(way);
      call.body = body;
      expect_refusal(400, call, body);
    }
    Call million = good_call(way);
    million.body = std::string(1'000'000, '[');
    expect_refusal(413, million, "a million brackets are too long before they are too deep");
  }
}

TEST_P(Conformance, ABodyThatIsNoFormIs400) {
  for (const Way& way : ways()) {
    if (way.body != Body::form && way.body != Body::query) continue;
    const std::string name = good_fields(way).at(0).first;
    const std::string bodies[] = {
        name + "=%",
        name + "=%4",
        name + "=%zz",
        "%=x",
        name + "=%ff",
        name + "=\xff",
        name + "=%c0%af",
        name + "=%ed%a0%80",
        name + "=%00",
        name + "=a" + std::string(1, '\0'),
        name + "=a&" + name + "=b",
        name + "=a&" + name + "=a",
        name + "=a&%" + to_hex(name.substr(0, 1)) + name.substr(1) + "=b",
        name + "&" + name,
    };
    for (const std::string& body : bodies) {
      // A URL with a zero byte comes to no executable: variables end there.
      if (way.body == Body::query && body.find('\0') != std::string::npos) continue;
      Call call = good_call(way);
      if (way.body == Body::form) call.body = body;
      if (way.body == Body::query) {
        if (body.find('\0') != std::string::npos) continue;  // no variable can hold it
        call.uri = path() + "?" + body;
      }
      expect_refusal(400, call, body);
    }
  }
}

TEST_P(Conformance, ARequiredFieldThatIsMissingIsNamed) {
  for (const Way& way : ways()) {
    if (way.body == Body::none) continue;
    for (const http::InputField& field : way.operation.fields()) {
      if (is_in_path(field)) continue;
      Fields others = good_fields(way);
      std::erase_if(others, [&](const auto& each) { return each.first == field.name; });
      const Call call = with_credential(way, call_with(way, others));
      if (field.required) {
        EXPECT_EQ(expect_refusal(422, call, field.name).wrong_fields(), field.name);
      } else {
        EXPECT_LT(send(GetParam(), call).status, 400) << "without " << field.name;
      }
    }
  }
}

TEST_P(Conformance, AFieldOutOfBoundsIsNamed) {
  for (const Way& way : ways()) {
    for (const http::InputField& field : way.operation.fields()) {
      if (field.ignored || (way.body == Body::none && !is_in_path(field))) continue;
      for (const std::string& value : out_of_bounds(field)) {
        const Call wrong =
            is_in_path(field) ? good_call(way).at(path_with(field.name, value)) : good_call(way, {{field.name, value}});
        // In a form an empty optional field is one left out; in a path it is another path.
        if (value.empty() && is_in_path(field)) continue;
        const bool left_out = value.empty() && !field.required && way.body != Body::json;
        if (left_out) {
          EXPECT_EQ(call(wrong).wrong_fields(), "");
        } else {
          EXPECT_EQ(expect_refusal(422, wrong, field.name + " " + value).wrong_fields(), field.name);
        }
      }
    }
  }
}

TEST_P(Conformance, AFieldOfAnotherTypeIsNamed) {
  for (const Way& way : ways()) {
    if (way.body != Body::json) continue;
    for (const http::InputField& field : way.operation.fields()) {
      if (is_in_path(field)) continue;
      for (const char* raw : other_types(field.type)) {
        Call call = good_call(way);
        call.body = body_with(call.body, field.name, raw);
        EXPECT_EQ(expect_refusal(422, call, field.name + " " + raw).wrong_fields(), field.name);
      }
    }
  }
}

TEST_P(Conformance, AnUnknownFieldIsNamed) {
  for (const Way& way : ways()) {
    if (way.body == Body::none) continue;
    const std::string first = good_fields(way).at(0).first;
    for (const std::string& name : {std::string("role"), std::string("is_admin"), std::string("__proto__"),
                                    first + "[]", first + " ", "X" + first, std::string("\xf0\x9f\x98\x80")}) {
      EXPECT_EQ(expect_refusal(422, good_call(way, {{name, "x"}}), name).wrong_fields(), name);
    }
  }
}

TEST_P(Conformance, ManyUnknownFieldsGetAShortAnswer) {
  for (const Way& way : ways()) {
    if (way.body == Body::none) continue;
    Fields fields = good_fields(way);
    for (int i = 0; i < 200; ++i) fields.emplace_back("unknown-" + std::to_string(i), "x");
    const Answer answer = expect_refusal(422, with_credential(way, call_with(way, fields)));
    EXPECT_LT(answer.body.size(), 4096U);
  }
}

}  // namespace
}  // namespace gatehouse::test
