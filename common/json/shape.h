// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"
#include "json/json.h"

namespace gatehouse::json {

// What a member of an answer is, in the words of JSON Schema.
// counts: an object of numbers, by names that the answer does not know beforehand. objects: a list of them, of one
// shape.
enum class Type { string, integer, boolean, date_time, strings, counts, objects };
enum class Nullable { no, yes };

inline void write(Writer& w, const std::string& v) { w.string(v); }
inline void write(Writer& w, const Secret& v) { w.string(v.reveal()); }
inline void write(Writer& w, std::int64_t v) { w.integer(v); }
inline void write(Writer& w, bool v) { w.boolean(v); }
template <class Tag>
void write(Writer& w, NumberId<Tag> v) {
  w.integer(v.value);
}
template <class Tag>
void write(Writer& w, const RandomId<Tag>& v) {
  w.string(v.text());
}
inline void write(Writer& w, Time v) { w.string(to_rfc3339(v)); }
inline void write(Writer& w, const std::vector<std::string>& v) {
  w.begin_array();
  for (const std::string& item : v) w.string(item);
  w.end_array();
}
inline void write(Writer& w, const std::map<std::string, std::int64_t>& v) {
  w.begin_object();
  for (const auto& [name, number] : v) w.key(name).integer(number);
  w.end_object();
}
template <class T>
void write(Writer& w, const std::optional<T>& v) {
  if (v) {
    write(w, *v);
  } else {
    w.null();
  }
}

template <class T>
struct TypeOf {
  static constexpr Type value = std::same_as<T, std::int64_t>                          ? Type::integer
                                : std::same_as<T, bool>                                ? Type::boolean
                                : std::same_as<T, Time>                                ? Type::date_time
                                : std::same_as<T, std::vector<std::string>>            ? Type::strings
                                : std::same_as<T, std::map<std::string, std::int64_t>> ? Type::counts
                                                                                       : Type::string;
  static constexpr Nullable nullable = Nullable::no;
};
template <class Tag>
struct TypeOf<NumberId<Tag>> {
  static constexpr Type value = Type::integer;
  static constexpr Nullable nullable = Nullable::no;
};
template <class T>
struct TypeOf<std::optional<T>> {
  static constexpr Type value = TypeOf<T>::value;
  static constexpr Nullable nullable = Nullable::yes;
};

struct Shape;

struct Field {
  const char* name = nullptr;
  Type type{};
  Nullable nullable{};
  void (*write)(Writer&, const void* object) = nullptr;
  const Shape* of = nullptr;  // of objects
};

template <auto kMember>
struct MemberOf;
template <class Object, class T, T Object::*kMember>
struct MemberOf<kMember> {
  using Owner = Object;
  using Value = T;
};

// field<&User::email>("email")
template <auto kMember>
constexpr Field field(const char* name) {
  using Traits = MemberOf<kMember>;
  return {
      name, TypeOf<typename Traits::Value>::value, TypeOf<typename Traits::Value>::nullable,
      [](Writer& w, const void* object) { write(w, static_cast<const typename Traits::Owner*>(object)->*kMember); }};
}

// What an endpoint answers, as data beside the struct it is made from. The same table describes the answer in the API
// description and writes it, so the two can't differ.
struct Shape {
  static constexpr std::size_t kMost = 16;
  const char* name = nullptr;
  std::array<Field, kMost> list{};
  std::size_t size = 0;

  constexpr std::span<const Field> fields() const { return {list.data(), size}; }
};

template <class T>
struct ShapeOf : Shape {
  template <std::same_as<Field>... Fields>
  explicit constexpr ShapeOf(const char* shape_name, Fields... fields)
      : Shape{shape_name, {fields...}, sizeof...(fields)} {
    static_assert(sizeof...(fields) <= kMost);
  }
};

template <class T>
void write_object(Writer& w, const ShapeOf<T>& shape, const T& object) {
  w.begin_object();
  for (const Field& f : shape.fields()) {
    w.key(f.name);
    f.write(w, &object);
  }
  w.end_object();
}

// objects<&Reset::api_keys, kKept>("api_keys")
template <auto kMember, const auto& kItem>
constexpr Field objects(const char* name) {
  using Owner = typename MemberOf<kMember>::Owner;
  return {name, Type::objects, Nullable::no,
          [](Writer& w, const void* object) {
            w.begin_array();
            for (const auto& item : static_cast<const Owner*>(object)->*kMember) write_object(w, kItem, item);
            w.end_array();
          },
          &kItem};
}

template <class T>
std::string write_shape(const ShapeOf<T>& shape, const T& object) {
  Writer w;
  write_object(w, shape, object);
  return w.take();
}

template <class T>
std::string write_shapes(const ShapeOf<T>& shape, const std::vector<T>& objects) {
  Writer w;
  w.begin_array();
  for (const T& object : objects) write_object(w, shape, object);
  w.end_array();
  return w.take();
}

}  // namespace gatehouse::json
