// SPDX-License-Identifier: Apache-2.0
#include "http/request.h"

#include <array>
#include <utility>
#include <vector>

#include "base/text.h"

namespace gatehouse::http {
namespace {

constexpr std::pair<std::string_view, Method> kMethods[] = {
    {"GET", Method::Get},     {"HEAD", Method::Head},     {"POST", Method::Post},       {"PUT", Method::Put},
    {"PATCH", Method::Patch}, {"DELETE", Method::Delete}, {"OPTIONS", Method::Options},
};

constexpr std::string_view kAddress = "REMOTE_ADDR=";

void read_uri(Request& request, std::string_view uri) {
  request.uri = uri;
  const auto question = uri.find('?');
  request.path = uri.substr(0, question);
  if (question != std::string_view::npos) request.query = uri.substr(question + 1);
}

void read_length(Request& request, std::string_view text) {
  if (text.empty()) return;
  const auto length = parse_integer(text);
  if (!length || *length < 0) {
    request.fault = Refusal{Reason::malformed, "Content-Length is not a number"};
    return;
  }
  request.content_length = *length;
}

// One variable into its place.
void take(Request& request, std::string_view name, std::string_view value) {
  if (name.starts_with("HTTP_")) {
    name.remove_prefix(5);
    if (name == "ACCEPT") request.accept = value;
    if (name == "AUTHORIZATION") request.authorization = value;
    if (name == "X_API_KEY") request.api_key = value;
    if (name == "COOKIE") request.cookie = value;
    if (name == "SEC_FETCH_MODE") request.fetch_mode = value;
    if (name == "X_FORWARDED_METHOD") request.forwarded_method = value;
    if (name == "X_FORWARDED_URI") request.forwarded_uri = value;
    if (name == "SEC_FETCH_SITE") request.fetch_site = value;
    if (name == "X_FORWARDED_FOR") request.forwarded_for = value;
    if (name == "HOST") request.host = value;
    if (name == "IDEMPOTENCY_KEY") request.idempotency_key = value;
    if (name == "ORIGIN") request.origin = value;
    if (name == "ACCESS_CONTROL_REQUEST_METHOD") request.requested_method = value;
    if (name == "X_REQUEST_ID") request.request_id = value;
    if (name == "USER_AGENT") request.user_agent = value;
    if (name == "TRANSFER_ENCODING") request.chunked = !value.empty();
    return;
  }
  if (name == "REQUEST_METHOD") {
    request.method = method_named(value);
    request.method_name = value;
  }
  if (name == "GATEHOUSE_SITE") request.site = value;
  if (name == "GATEHOUSE_GUARD") request.guard = value;
  if (name == "FCGI_ROLE") request.role = value;
  if (name == "REDIRECT_URI") request.rewritten_uri = value.substr(0, value.find('?'));
  if (name == "SCRIPT_FILENAME") request.file = value;
  if (name == "DOCUMENT_ROOT") request.document_root = value;
  if (name == "REQUEST_URI") read_uri(request, value);
  if (name == "CONTENT_TYPE") request.content_type = value;
  if (name == "CONTENT_LENGTH") read_length(request, value);
}

}  // namespace

std::string_view name_of(Method method) {
  for (const auto& [name, known] : kMethods) {
    if (known == method) return name;
  }
  return "OTHER";
}

Method method_named(std::string_view name) {
  for (const auto& [known, method] : kMethods) {
    if (known == name) return method;
  }
  return Method::Other;
}

Request read_variables(const char* const* variables) {
  Request request;
  // Whatever is wrong with the others: the log says who it was.
  for (auto variable = variables; *variable != nullptr; ++variable) {
    if (const std::string_view text(*variable); text.starts_with(kAddress)) {
      request.remote_address = text.substr(kAddress.size());
    }
  }
  // Front servers may merge two headers into one name (X_A beside X-A); then the client would choose which one counts.
  std::array<std::string_view, 192> names;
  std::size_t count = 0;
  int headers = 0;
  std::size_t header_bytes = 0;
  for (; *variables != nullptr; ++variables) {
    const std::string_view variable(*variables);
    const auto equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = variable.substr(0, equals);
    if (name.starts_with("HTTP_")) {
      ++headers;
      header_bytes += variable.size();
    }
    if (headers > kMostHeaders || header_bytes > kMostHeaderBytes || count == names.size()) {
      request.fault = Refusal{Reason::headers_too_large, "too many or too long header fields"};
      return request;
    }
    // Apache's mod_authnz_fcgi says it beside the library, which has it from the protocol.
    const bool is_said_twice = name == "FCGI_ROLE";
    for (std::size_t i = 0; i < count && !is_said_twice; ++i) {
      if (names[i].size() == name.size() && names[i] == name) {
        request.fault = Refusal{Reason::malformed, "a header field was sent twice under one name"};
        return request;
      }
    }
    names[count++] = name;
    take(request, name, variable.substr(equals + 1));
  }
  return request;
}

}  // namespace gatehouse::http
