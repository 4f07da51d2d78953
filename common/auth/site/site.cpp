// SPDX-License-Identifier: Apache-2.0
#include "auth/site/site.h"

#include <fstream>
#include <iterator>

#include "base/text.h"

namespace gatehouse::site {
std::string front_page(const Occasion& occasion) {
  const std::string name = escape_html(occasion.settings().app_name);
  return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>" + name + "</title>\n<h1>" + name +
         "</h1>\n<p>Authentication and authorization for classic web servers.</p>\n<ul>\n"
         "<li><a href=\"/openapi.json\">The API, described (OpenAPI 3.1)</a></li>\n"
         "<li><a href=\"/.well-known/jwks.json\">The public keys that verify tokens</a></li>\n"
         "<li><a href=\"/health/ready\">Whether it is ready</a></li>\n</ul>\n</html>\n";
}

Result<std::string> read_description(const Occasion& occasion) {
  std::ifstream in(occasion.settings().openapi_file, std::ios::binary);
  if (!in) return Refusal{Reason::not_found, "this installation does not publish a description"};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace gatehouse::site
