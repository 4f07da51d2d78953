// SPDX-License-Identifier: Apache-2.0
#include "json/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

#include "base/text.h"

namespace gatehouse::json {
namespace {

Value of(Kind kind, std::string_view text = {}, bool truth = false) {
  Value value;
  value.kind = kind;
  value.text = text;
  value.truth = truth;
  return value;
}

// Builds the tree; returning false stops the parser, `error` says why.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  explicit Builder(const Limits& limits) : limits_(limits) { open_.reserve(8); }

  bool Null() { return put({}); }
  bool Bool(bool truth) { return put(of(Kind::boolean, {}, truth)); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return put(of(Kind::number, {text, size})); }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return check_text({text, size}) && put(of(Kind::string, {text, size}));
  }
  bool StartObject() { return open(of(Kind::object)); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(of(Kind::array)); }
  bool EndArray(rapidjson::SizeType) { return close(); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view name(text, size);
    if (!check_text(name)) return false;
    Value& object = open_.back();
    if (object.find(name) != nullptr) return fail("a name stands twice in one object");
    if (object.members.size() >= limits_.names) return fail("too many names in one object");
    object.members.push_back({std::string(name), {}});
    return true;
  }

  Value take() { return std::move(root_); }
  const std::string& error() const { return error_; }

 private:
  bool fail(const char* why) {
    error_ = why;
    return false;
  }
  bool check_text(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return fail("NUL is not allowed in text");
    // RapidJSON checks raw bytes, but lets the second half of a surrogate pair stand alone as an escape.
    return is_utf8(text) || fail("half a surrogate pair in text");
  }
  bool open(Value container) {
    if (static_cast<int>(open_.size()) >= limits_.depth) return fail("nested too deeply");
    open_.push_back(std::move(container));
    return true;
  }
  bool close() {
    Value done = std::move(open_.back());
    open_.pop_back();
    return put(std::move(done));
  }
  bool put(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Value& container = open_.back(); container.kind == Kind::object) {
      container.members.back().value = std::move(value);
    } else {
      container.items.push_back(std::move(value));
    }
    return true;
  }

  Limits limits_;
  Value root_;
  std::vector<Value> open_;  // from the root inwards
  std::string error_;
};

constexpr unsigned kFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

}  // namespace

const Value* Value::find(std::string_view name) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

std::optional<std::int64_t> Value::integer() const { return kind == Kind::number ? parse_integer(text) : std::nullopt; }

std::string_view Value::string_of(std::string_view name) const {
  const Value* member = find(name);
  return member && member->is(Kind::string) ? std::string_view(member->text) : std::string_view();
}

Parsed parse(std::string_view text, Limits limits) {
  if (text.size() > limits.bytes) return {.value = {}, .error = "too long"};
  // RapidJSON takes NUL for the end of its input and would ignore what follows.
  if (text.find('\0') != std::string_view::npos) return {.value = {}, .error = "NUL is not allowed in text"};
  Builder builder(limits);
  rapidjson::Reader reader;
  rapidjson::MemoryStream stream(text.data(), text.size());
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (!result) {
    if (!builder.error().empty()) return {.value = {}, .error = builder.error()};
    return {.value = {}, .error = std::string(rapidjson::GetParseError_En(result.Code()))};
  }
  return {.value = builder.take(), .error = ""};
}

struct Writer::State {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
};

Writer::Writer() : state_(std::make_unique<State>()) {}
Writer::~Writer() = default;

Writer& Writer::begin_object() { return state_->writer.StartObject(), *this; }
Writer& Writer::end_object() { return state_->writer.EndObject(), *this; }
Writer& Writer::begin_array() { return state_->writer.StartArray(), *this; }
Writer& Writer::end_array() { return state_->writer.EndArray(), *this; }
Writer& Writer::integer(std::int64_t value) { return state_->writer.Int64(value), *this; }
Writer& Writer::boolean(bool value) { return state_->writer.Bool(value), *this; }
Writer& Writer::null() { return state_->writer.Null(), *this; }

Writer& Writer::key(std::string_view name) {
  return state_->writer.Key(name.empty() ? "" : name.data(), static_cast<rapidjson::SizeType>(name.size())), *this;
}

Writer& Writer::string(std::string_view value) {
  return state_->writer.String(value.empty() ? "" : value.data(), static_cast<rapidjson::SizeType>(value.size())),
         *this;
}

Writer& Writer::value(const Value& value) {
  switch (value.kind) {
    case Kind::null: return null();
    case Kind::boolean: return boolean(value.truth);
    case Kind::string: return string(value.text);
    case Kind::number:
      return state_->writer.RawValue(value.text.data(), value.text.size(), rapidjson::kNumberType), *this;
    case Kind::array:
      begin_array();
      for (const Value& item : value.items) this->value(item);
      return end_array();
    case Kind::object:
      begin_object();
      for (const Member& member : value.members) key(member.name).value(member.value);
      return end_object();
  }
  return *this;
}

std::string Writer::take() { return {state_->buffer.GetString(), state_->buffer.GetSize()}; }

}  // namespace gatehouse::json
