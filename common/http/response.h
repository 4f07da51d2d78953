// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/shape.h"

namespace gatehouse::http {

struct Header {
  const char* name;
  std::string value;
};

struct Response {
  int status = 200;
  const char* content_type = "";
  std::string body{};
  std::vector<Header> headers{};

  template <class T>
  static Response json(int status, const json::ShapeOf<T>& shape, const T& object) {
    return {.status = status, .content_type = "application/json", .body = json::write_shape(shape, object)};
  }
  template <class T>
  static Response json_array(int status, const json::ShapeOf<T>& shape, const std::vector<T>& objects) {
    return {.status = status, .content_type = "application/json", .body = json::write_shapes(shape, objects)};
  }
  static Response document(const char* content_type, std::string body) {
    return {.status = 200, .content_type = content_type, .body = std::move(body)};
  }

  Response with(const char* name, std::string value) && {
    headers.push_back({name, std::move(value)});
    return std::move(*this);
  }
};

enum class Body { sent, withheld };  // withheld: the answer to HEAD

// As CGI and FastCGI want it, `Status:` first (RFC 3875 section 6; a guard depends on the order).
std::string to_cgi(const Response& response, Body body);

}  // namespace gatehouse::http
