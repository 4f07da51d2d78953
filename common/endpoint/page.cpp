// SPDX-License-Identifier: Apache-2.0
#include "endpoint/page.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/failure.h"
#include "base/text.h"
#include "http/problem.h"

namespace gatehouse::pages {

http::Response show(int status, std::string_view page, const Settings& settings,
                    std::initializer_list<Filling> fillings) {
  const std::string style = settings.public_url + "/assets/gatehouse.css";
  std::vector<Filling> all(fillings);
  all.push_back({"app", settings.app_name});
  all.push_back({"style", style});
  http::Response response{.status = status, .content_type = kHtml};
  while (!page.empty()) {
    const std::size_t open = std::min(page.find('{'), page.size());
    response.body += page.substr(0, open);
    page.remove_prefix(open);
    if (page.empty()) break;
    const std::size_t close = page.find('}');
    const std::string_view name = page.substr(1, close - 1);
    const auto filling = std::find_if(all.begin(), all.end(), [&](const Filling& each) { return each.name == name; });
    if (filling == all.end()) bug("a page asks for what nobody fills in");
    response.body += escape_html(filling->value);
    page.remove_prefix(close + 1);
  }
  return response;
}

http::Response show_refusal(const Refusal& refusal, const Settings& settings) {
  http::Response problem = http::problem(refusal);
  http::Response response = show(problem.status, message, settings,
                                 {{"title", http::title_of(refusal.reason)},
                                  {"text", refusal.detail},
                                  {"link", settings.public_url + "/sign-in"},
                                  {"link_text", "Sign in"}});
  response.headers = std::move(problem.headers);
  return response;
}

}  // namespace gatehouse::pages
