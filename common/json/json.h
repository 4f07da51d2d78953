// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::json {

enum class Kind { null, boolean, number, string, array, object };

struct Member;

// A parsed document: a plain tree, immutable once parsed.
struct Value {
  Kind kind = Kind::null;
  bool truth = false;
  std::string text{};  // of a string, and a number as it was written: 2^63 is a number, just not an integer
  std::vector<Value> items{};
  std::vector<Member> members;

  bool is(Kind k) const { return kind == k; }
  // Of an object; nullptr when it has none of that name.
  const Value* find(std::string_view name) const;
  // Of a number without fraction or exponent that fits.
  std::optional<std::int64_t> integer() const;
  // Of a member that is a string; "" otherwise.
  std::string_view string_of(std::string_view name) const;
};

struct Member {
  std::string name;
  Value value;
};

struct Limits {
  std::size_t bytes = 64 * 1024;
  int depth = 16;
  std::size_t names = 256;  // of one object: looking for duplicates takes its square
};

// A document, or a sentence saying why it is none. Refused: bad UTF-8, NUL (escaped too), a byte order mark, duplicate
// names, numbers beyond a double (1e400), anything after the end, and more than the limits. Never recursive, so nesting
// can't exhaust the stack.
struct Parsed {
  std::optional<Value> value;
  std::string error;
};
Parsed parse(std::string_view text, Limits limits = {});

// Writes compact JSON. The caller keeps begin and end in pairs.
class Writer {
 public:
  Writer();
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& string(std::string_view value);
  Writer& integer(std::int64_t value);
  Writer& boolean(bool value);
  Writer& null();
  // A parsed value, as it was.
  Writer& value(const Value& value);

  std::string take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gatehouse::json
