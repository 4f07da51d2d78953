// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "base/host.h"
#include "base/text.h"
#include "endpoint/endpoint.h"
#include "harness.h"
#include "http/request.h"

// Lines of the input are CGI variables. Then every view lies inside a variable, and no path matches two ways.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  std::string text(as_text(data, size));
  for (char& c : text) {
    if (c == '\n') c = '\0';
  }
  std::vector<const char*> variables;
  for (std::size_t start = 0; start < text.size(); start = text.find('\0', start) + 1) {
    variables.push_back(text.c_str() + start);
    if (text.find('\0', start) == std::string::npos) break;
  }
  variables.push_back(nullptr);
  const http::Request request = http::read_variables(variables.data());
  must(request.path.find('?') == std::string_view::npos);
  must(!request.content_length || *request.content_length >= 0);

  // A Host that passes names nothing but a host, and what is listed is ours.
  if (is_host(request.host)) {
    must(request.host.find_first_of("@/\\?#%, \t\r\n") == std::string_view::npos);
    const bool is_listed = is_listed_host({"example.com", "*.example.com"}, request.host);
    must(!is_listed || to_lower(host_of(request.host)).find("example.com") != std::string::npos);
  }

  const Endpoint plain("/api/v1/users/me", {});
  const Endpoint with_parameter("/api/v1/users/{id}", {});
  const auto parameters = with_parameter.match(request.path);
  if (plain.match(request.path)) must(parameters && parameters->size() == 1);
  if (parameters) must((*parameters)[0].first == "id" && !(*parameters)[0].second.empty());
  return 0;
}
