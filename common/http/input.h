// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/text_rule.h"
#include "json/json.h"

namespace gatehouse::http {

// What a whole number must be.
struct IntegerRule {
  std::int64_t least = 0;
  std::int64_t most = 0;
  const char* meaning = "";
};

// `words`: a list of strings, or one string with the words apart by blanks.
enum class FieldType { text, integer, boolean, words };

// What `read` asked for, as the API description and the conformance suite see it.
struct InputField {
  std::string name;
  bool required;
  bool ignored;
  TextRule rule{};  // of a text, and of words as one text
  FieldType type = FieldType::text;
  IntegerRule integer{};
};

// name=value pairs of a form or a query, decoded.
using Pairs = std::vector<std::pair<std::string, std::string>>;

// One reader over a JSON object, a form, the path and the query. An endpoint's straight-line `read` function asks it
// for each field; given a request it collects every bad one, given nothing it records what was asked.
class Input {
 public:
  Input() = default;                      // records
  Input(json::Value object, Pairs path);  // a JSON object
  Input(Pairs form_or_query, Pairs path);

  // A required field that is missing or wrong reads as "": the request is refused before anybody uses it.
  std::string text(const char* name, const TextRule& rule);
  std::optional<std::string> optional_text(const char* name, const TextRule& rule);
  Secret secret(const char* name, const TextRule& rule);
  std::optional<Secret> optional_secret(const char* name, const TextRule& rule);
  std::int64_t integer(const char* name, const IntegerRule& rule);
  std::optional<std::int64_t> optional_integer(const char* name, const IntegerRule& rule);
  std::optional<bool> optional_boolean(const char* name, const char* meaning);
  // Joined by blanks.
  std::optional<std::string> optional_words(const char* name, const TextRule& rule);
  // Accepted because clients send it, and never looked at.
  void ignored(const char* name, const char* why);

  // Call when `read` is done: fields nobody asked for are errors too.
  std::optional<Refusal> finish();

  const std::vector<InputField>& recorded() const { return recorded_; }

 private:
  enum class Source { none, json, pairs };
  enum class Presence { absent, present };
  struct Found {
    Presence presence;
    std::string_view text;               // of a string, or a number as it was written
    const json::Value* value = nullptr;  // of JSON
  };

  Found find(std::string_view name) const;
  // What there is to judge of a field; nullopt where it is left out.
  std::optional<Found> look_for(const char* name, bool required);
  std::string_view read(const char* name, const TextRule& rule, bool required, bool& present);
  std::optional<std::int64_t> read_integer(const char* name, const IntegerRule& rule, bool required);
  void complain(std::string_view name, std::string message);

  Source source_ = Source::none;
  json::Value object_;
  Pairs pairs_;
  Pairs path_;
  std::vector<InputField> recorded_;
  std::vector<FieldError> errors_;
};

// application/x-www-form-urlencoded, of a body or a query. Refused: bad escapes, bad UTF-8, NUL, a name that stands
// twice.
Result<Pairs> parse_pairs(std::string_view text);

}  // namespace gatehouse::http
