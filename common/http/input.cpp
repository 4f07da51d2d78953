// SPDX-License-Identifier: Apache-2.0
#include "http/input.h"

#include <algorithm>

#include "base/text.h"

namespace gatehouse::http {
namespace {

// A body of ten thousand wrong fields gets a short answer.
constexpr std::size_t kMostErrors = 20;
// As in JSON: looking for a name that stands twice among 16,000 took 0.4 seconds.
constexpr std::size_t kMostPairs = 256;

const std::string* value_of(const Pairs& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; });
  return found == pairs.end() ? nullptr : &found->second;
}

// "" or what is wrong with the text.
std::string judge(std::string_view text, const TextRule& rule) {
  const std::size_t length = count_code_points(text);
  if (length < rule.least || length > rule.most) {
    if (rule.least == 0) return "must have at most " + std::to_string(rule.most) + " characters";
    return "must have " + std::to_string(rule.least) + " to " + std::to_string(rule.most) + " characters";
  }
  return rule.check ? std::string(rule.check(text)) : "";
}

}  // namespace

Input::Input(json::Value object, Pairs path)
    : source_(Source::json), object_(std::move(object)), path_(std::move(path)) {}

Input::Input(Pairs form_or_query, Pairs path)
    : source_(Source::pairs), pairs_(std::move(form_or_query)), path_(std::move(path)) {}

Input::Found Input::find(std::string_view name) const {
  if (const std::string* segment = value_of(path_, name)) return {Presence::present, *segment};
  if (source_ == Source::json) {
    const json::Value* value = object_.find(name);
    if (!value || value->is(json::Kind::null)) return {Presence::absent, ""};
    return {Presence::present, value->text, value};
  }
  const std::string* value = value_of(pairs_, name);
  if (!value) return {Presence::absent, ""};
  return {Presence::present, *value};
}

std::optional<Input::Found> Input::look_for(const char* name, bool required) {
  if (source_ == Source::none) return std::nullopt;
  const Found found = find(name);
  // A form can't say null: browsers and Swagger UI send an empty value for a field left out.
  const bool blank = source_ == Source::pairs && found.text.empty() && !required;
  if (found.presence == Presence::present && !blank) return found;
  if (required) complain(name, "is required");
  return std::nullopt;
}

std::string_view Input::read(const char* name, const TextRule& rule, bool required, bool& present) {
  recorded_.push_back({.name = name, .required = required, .ignored = false, .rule = rule});
  present = false;
  const auto found = look_for(name, required);
  if (!found) return "";
  if (found->value && !found->value->is(json::Kind::string)) {
    complain(name, "must be a string");
    return "";
  }
  if (std::string wrong = judge(found->text, rule); !wrong.empty()) {
    complain(name, std::move(wrong));
    return "";
  }
  present = true;
  return found->text;
}

std::optional<std::int64_t> Input::read_integer(const char* name, const IntegerRule& rule, bool required) {
  recorded_.push_back({.name = name,
                       .required = required,
                       .ignored = false,
                       .rule = {.meaning = rule.meaning},
                       .type = FieldType::integer,
                       .integer = rule});
  const auto found = look_for(name, required);
  if (!found) return std::nullopt;
  // A number's text is how it was written, so the same reader serves JSON and the query.
  const bool is_typed = !found->value || found->value->is(json::Kind::number);
  const auto value = parse_integer(found->text);
  if (!is_typed || !value || *value < rule.least || *value > rule.most) {
    complain(name, "must be a whole number from " + std::to_string(rule.least) + " to " + std::to_string(rule.most));
    return std::nullopt;
  }
  return value;
}

std::int64_t Input::integer(const char* name, const IntegerRule& rule) {
  return read_integer(name, rule, true).value_or(rule.least);
}

std::optional<std::int64_t> Input::optional_integer(const char* name, const IntegerRule& rule) {
  return read_integer(name, rule, false);
}

std::optional<bool> Input::optional_boolean(const char* name, const char* meaning) {
  recorded_.push_back(
      {.name = name, .required = false, .ignored = false, .rule = {.meaning = meaning}, .type = FieldType::boolean});
  const auto found = look_for(name, false);
  if (!found) return std::nullopt;
  if (found->value && found->value->is(json::Kind::boolean)) return found->value->truth;
  if (!found->value && (found->text == "true" || found->text == "false")) return found->text == "true";
  complain(name, "must be true or false");
  return std::nullopt;
}

std::optional<std::string> Input::optional_words(const char* name, const TextRule& rule) {
  recorded_.push_back({.name = name, .required = false, .ignored = false, .rule = rule, .type = FieldType::words});
  const auto found = look_for(name, false);
  if (!found) return std::nullopt;
  std::string text(found->text);
  bool is_typed = !found->value || found->value->is(json::Kind::string);
  if (found->value && found->value->is(json::Kind::array)) {
    is_typed = true;
    for (const json::Value& item : found->value->items) {
      is_typed = is_typed && item.is(json::Kind::string) && item.text.find(' ') == std::string::npos;
      text += (text.empty() ? "" : " ") + item.text;
    }
  }
  std::string wrong = is_typed ? judge(text, rule) : "must be a list of strings";
  if (wrong.empty()) return text;
  complain(name, std::move(wrong));
  return std::nullopt;
}

std::string Input::text(const char* name, const TextRule& rule) {
  bool present;
  return std::string(read(name, rule, true, present));
}

std::optional<std::string> Input::optional_text(const char* name, const TextRule& rule) {
  bool present;
  const std::string_view value = read(name, rule, false, present);
  return present ? std::optional<std::string>(value) : std::nullopt;
}

Secret Input::secret(const char* name, const TextRule& rule) {
  bool present;
  return Secret(read(name, rule, true, present));
}

std::optional<Secret> Input::optional_secret(const char* name, const TextRule& rule) {
  bool present;
  const std::string_view value = read(name, rule, false, present);
  return present ? std::optional<Secret>(std::in_place, value) : std::nullopt;
}

void Input::ignored(const char* name, const char* why) {
  recorded_.push_back({.name = name, .required = false, .ignored = true, .rule = {.most = 4096, .meaning = why}});
}

void Input::complain(std::string_view name, std::string message) {
  if (errors_.size() == kMostErrors) return;
  errors_.push_back({std::string(name), std::move(message)});
}

std::optional<Refusal> Input::finish() {
  const auto asked = [&](std::string_view name) {
    if (value_of(path_, name)) return false;  // the path has said it
    return std::any_of(recorded_.begin(), recorded_.end(), [&](const InputField& f) { return f.name == name; });
  };
  for (const json::Member& member : object_.members) {
    if (!asked(member.name)) complain(cut_utf8(member.name, 100), "is not a field here");
  }
  for (const auto& [name, value] : pairs_) {
    if (!asked(name)) complain(cut_utf8(name, 100), "is not a field here");
  }
  if (errors_.empty()) return std::nullopt;
  return Refusal{.reason = Reason::invalid, .detail = "some fields are wrong", .fields = std::move(errors_)};
}

Result<Pairs> parse_pairs(std::string_view text) {
  Pairs pairs;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) return Refusal{Reason::malformed, "a percent escape is broken"};
    for (const std::string* part : {&*name, &*value}) {
      if (!is_utf8(*part)) return Refusal{Reason::malformed, "the text is not UTF-8"};
      if (part->find('\0') != std::string::npos) return Refusal{Reason::malformed, "NUL is not allowed in text"};
    }
    if (value_of(pairs, *name)) return Refusal{Reason::malformed, "a name stands twice"};
    if (pairs.size() == kMostPairs) return Refusal{Reason::malformed, "too many names"};
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

}  // namespace gatehouse::http
