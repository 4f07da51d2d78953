// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"

namespace gatehouse::db {

// What a statement does to what others may see. A unit that writes must also audit; counters (throttle, last used) are
// exempt, because the row they change is their own record; so is what only the operator's command does, outside any
// request.
enum class Kind { read, write, counter, operation, audit };

// SQL is a closed list: every statement of the product is one of these, a constant in some x_sql.cpp.
class Statement {
 public:
  Statement(Kind kind, const char* name, const char* sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Kind kind() const { return kind_; }
  const char* name() const { return name_; }  // "throttle.count_failure": how traces and golden files call it
  const char* sql() const { return sql_; }
  std::size_t index() const { return index_; }  // into all()

  // Every statement linked into this program.
  static std::span<const Statement* const> all();

 private:
  Kind kind_;
  const char* name_;
  const char* sql_;
  std::size_t index_;
};

// A typed parameter. Text and bytes are views: they must live until the statement has run, as arguments do.
class Param {
 public:
  Param(std::nullopt_t) : kind_(Kind::null) {}
  Param(std::int64_t value) : kind_(Kind::integer), integer_(value) {}
  Param(int value) : kind_(Kind::integer), integer_(value) {}
  Param(bool value) : kind_(Kind::integer), integer_(value ? 1 : 0) {}
  Param(std::string_view value) : kind_(Kind::text), text_(value) {}
  Param(const std::string& value) : kind_(Kind::text), text_(value) {}
  Param(const char* value) : kind_(Kind::text), text_(value) {}
  Param(Time value) : kind_(Kind::integer), integer_(to_millis(value)) {}
  template <class Tag>
  Param(const NumberId<Tag>& value) : kind_(Kind::integer), integer_(value.value) {}
  template <class Tag>
  Param(const RandomId<Tag>& value) : kind_(Kind::text), text_(value.raw()) {}
  template <std::size_t N>
  Param(const std::array<unsigned char, N>& value) : kind_(Kind::text), text_(bytes_of(value)) {}
  template <class T>
  Param(const std::optional<T>& value) : Param(value ? Param(*value) : Param(std::nullopt)) {}

  bool is_null() const { return kind_ == Kind::null; }
  bool is_integer() const { return kind_ == Kind::integer; }
  std::int64_t integer() const { return integer_; }
  std::string_view text() const { return text_; }

 private:
  enum class Kind { null, integer, text } kind_;
  std::int64_t integer_ = 0;
  std::string_view text_;
};

using Params = std::initializer_list<Param>;

}  // namespace gatehouse::db
