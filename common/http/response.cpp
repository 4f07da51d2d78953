// SPDX-License-Identifier: Apache-2.0
#include "http/response.h"

namespace gatehouse::http {
namespace {

// A header's value is ours, but may repeat words of a client's: it must not be able to begin another line.
void append_line(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  for (const char c : value) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  out += "\r\n";
}

}  // namespace

std::string to_cgi(const Response& response, Body body) {
  std::string out;
  out.reserve(512 + response.body.size());
  append_line(out, "Status", std::to_string(response.status));
  if (response.content_type[0] != '\0') append_line(out, "Content-Type", response.content_type);
  // Front servers may not know the length of an answer without body, and 204 has none (RFC 9110 section 8.6).
  if (response.status != 204) append_line(out, "Content-Length", std::to_string(response.body.size()));
  for (const Header& header : response.headers) append_line(out, header.name, header.value);
  out += "\r\n";
  if (body == Body::sent) out += response.body;
  return out;
}

}  // namespace gatehouse::http
