// SPDX-License-Identifier: Apache-2.0
#include "support/call.h"

#include <algorithm>

#include "base/failure.h"
#include "base/text.h"

namespace gatehouse::test {
namespace {

// "X-Request-ID" -> HTTP_X_REQUEST_ID
std::string variable_named(std::string_view header) {
  std::string name = "HTTP_";
  for (const char c : header) name += c == '-' ? '_' : is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  if (end == std::string_view::npos) throw Failure("a header line without an end");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

}  // namespace

Call&& Call::by(std::string_view other_method) && {
  method = other_method;
  return std::move(*this);
}
Call&& Call::from(std::string_view other_address) && {
  address = other_address;
  return std::move(*this);
}
Call&& Call::to(std::string_view other_host) && {
  host = other_host;
  return std::move(*this);
}
Call&& Call::at(std::string_view other_uri) && {
  uri = other_uri;
  return std::move(*this);
}
Call&& Call::as(std::string_view other_content_type) && {
  content_type = other_content_type;
  return std::move(*this);
}
Call&& Call::with(std::string_view header, std::string_view value) && {
  variables.push_back(variable_named(header) + "=" + std::string(value));
  return std::move(*this);
}
Call&& Call::bearing(std::string_view token) && {
  return std::move(*this).with("Authorization", "Bearer " + std::string(token));
}

Call&& Call::keyed(std::string_view api_key) && { return std::move(*this).with("X-API-Key", api_key); }

Call form(const Fields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += (body.empty() ? "" : "&") + percent_encode(name) + '=' + percent_encode(value);
  }
  return form_text(body);
}

Call form_text(std::string_view body) {
  return {.content_type = "application/x-www-form-urlencoded", .body = std::string(body)};
}

Call json_text(std::string_view body) { return {.content_type = "application/json", .body = std::string(body)}; }

Call json_object(const Fields& fields) {
  json::Writer w;
  w.begin_object();
  for (const auto& [name, value] : fields) w.key(name).string(value);
  w.end_object();
  return json_text(w.take());
}

Call bearer(std::string_view token) { return Call{}.bearing(token); }
Call with_key(std::string_view api_key) { return Call{}.keyed(api_key); }

std::string Answer::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (equal_ignoring_case(known, name)) return value;
  }
  return "";
}

std::string Answer::text(std::string_view member) const { return std::string(json.string_of(member)); }

std::int64_t Answer::integer(std::string_view member) const {
  const json::Value* value = json.find(member);
  return value ? value->integer().value_or(-1) : -1;
}

std::string Answer::wrong_fields() const {
  std::string names;
  const json::Value* errors = json.find("errors");
  if (!errors) return names;
  for (const json::Value& error : errors->items) {
    names += (names.empty() ? "" : " ") + std::string(error.string_of("field"));
  }
  return names;
}

Answer parse_answer(std::string_view cgi) {
  constexpr std::string_view kStatus = "Status: ";
  Answer answer{.cgi = std::string(cgi)};
  const std::string_view first = take_line(cgi);
  if (!first.starts_with(kStatus)) throw Failure("the first line is not Status");
  answer.status = static_cast<int>(parse_integer(first.substr(kStatus.size())).value_or(0));
  for (std::string_view line = take_line(cgi); !line.empty(); line = take_line(cgi)) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) throw Failure("a header without a value: " + std::string(line));
    answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  answer.content_type = answer.header("Content-Type");
  answer.body = cgi;
  if (answer.content_type.find("json") != std::string::npos && !answer.body.empty()) {
    auto parsed = json::parse(answer.body, {.bytes = 1024 * 1024, .depth = 16});
    if (!parsed.value) throw Failure("an answer that says it is JSON and is not: " + parsed.error);
    answer.json = std::move(*parsed.value);
  }
  return answer;
}

std::vector<std::string> variables_of(const Call& call) {
  std::vector<std::string> variables{
      "GATEWAY_INTERFACE=CGI/1.1",
      "SERVER_PROTOCOL=HTTP/1.1",
      "REQUEST_METHOD=" + call.method,
      "REQUEST_URI=" + call.uri,
      "REMOTE_ADDR=" + call.address,
      "CONTENT_TYPE=" + call.content_type,
      "QUERY_STRING=" + call.uri.substr(std::min(call.uri.find('?'), call.uri.size() - 1) + 1),
  };
  const bool names_host = std::any_of(call.variables.begin(), call.variables.end(),
                                      [](const std::string& each) { return each.starts_with("HTTP_HOST="); });
  if (!names_host) variables.push_back("HTTP_HOST=" + call.host);
  if (!call.body.empty()) variables.push_back("CONTENT_LENGTH=" + std::to_string(call.body.size()));
  variables.insert(variables.end(), call.variables.begin(), call.variables.end());
  return variables;
}

}  // namespace gatehouse::test
