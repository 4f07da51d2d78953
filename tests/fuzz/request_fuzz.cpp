// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

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

  const Endpoint plain("/api/v1/users/me", {});
  const Endpoint with_parameter("/api/v1/users/{id}", {});
  const auto parameters = with_parameter.match(request.path);
  if (plain.match(request.path)) must(parameters && parameters->size() == 1);
  if (parameters) must((*parameters)[0].first == "id" && !(*parameters)[0].second.empty());
  return 0;
}
