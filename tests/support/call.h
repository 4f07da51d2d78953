// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "endpoint/endpoint.h"

namespace gatehouse::test {

// What a client sends, as a front server passes it on.
struct Call {
  std::string method{};
  std::string uri{};  // empty: the endpoint's own
  std::string content_type{};
  std::string body{};
  std::string address = "10.0.0.1";
  std::string host = "auth.example.com";
  std::vector<std::string> variables{};  // "HTTP_ORIGIN=…"

  Call&& by(std::string_view other_method) &&;
  Call&& from(std::string_view other_address) &&;
  Call&& to(std::string_view other_host) &&;
  Call&& at(std::string_view other_uri) &&;
  Call&& as(std::string_view other_content_type) &&;
  Call&& with(std::string_view header, std::string_view value) &&;  // "X-Request-ID"
  Call&& bearing(std::string_view token) &&;
  Call&& keyed(std::string_view api_key) &&;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

Call form(const Fields& fields);
Call form_text(std::string_view body);
Call json_text(std::string_view body);
Call json_object(const Fields& fields);  // every value a string
Call bearer(std::string_view token);
Call with_key(std::string_view api_key);

// What comes back, taken apart again from the very bytes that a front server would get.
struct Answer {
  std::string cgi{};  // all of it
  int status = 0;
  std::string content_type{};
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  json::Value json{};

  std::string header(std::string_view name) const;      // "" when there is none
  std::string text(std::string_view member) const;      // of a JSON answer
  std::int64_t integer(std::string_view member) const;  // -1 when it is none
  std::string detail() const { return text("detail"); }
  // The fields a 422 names, in its order: "email password".
  std::string wrong_fields() const;
};

// Throws Failure where `cgi` is not a header block with Status first.
Answer parse_answer(std::string_view cgi);

// The variables of RFC 3875 for a call, "NAME=value".
std::vector<std::string> variables_of(const Call& call);

// What every answer of every endpoint keeps: its policy's word about status and Shape, or a problem document; one of
// each header; no-store unless declared cacheable; a request id.
void check_contract(const Endpoint& endpoint, const Call& call, const Answer& answer);

}  // namespace gatehouse::test
