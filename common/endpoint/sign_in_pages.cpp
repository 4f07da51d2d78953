// SPDX-License-Identifier: Apache-2.0
#include "endpoint/sign_in_pages.h"

#include "endpoint/form_token.h"
#include "endpoint/page.h"
#include "http/cookie.h"

namespace gatehouse::pages {
namespace {

constexpr TextRule kSite{.most = 32, .meaning = "the guarded site that sent the browser here"};
constexpr TextRule kState{.most = 64, .meaning = "what that browser holds, hashed"};
constexpr TextRule kReturn{.most = 2400, .meaning = "where it leads: a URL of the site, or a path of ours"};

}  // namespace

guard::Wish read_wish(http::Input& in) {
  return {.site = in.optional_text("site", kSite).value_or(""),
          .state = in.optional_text("state", kState).value_or(""),
          .return_to = in.optional_text("return", kReturn).value_or("")};
}

http::Response show_password_form(const Context& c, int status, const guard::Wish& wish, std::string_view username,
                                  std::string_view error) {
  const FormToken token = form_token(c);
  http::Response page = show(status, sign_in, c.settings(),
                             {{"lead", wish.site.empty() ? "" : "to go on to " + wish.site},
                              {"error", error},
                              {"form", token.text()},
                              {"site", wish.site},
                              {"state", wish.state},
                              {"return", wish.return_to},
                              {"username", username}});
  return with_form_token(std::move(page), c.settings(), token);
}

http::Response show_code_form(const Context& c, int status, const guard::Wish& wish, std::string_view mfa_token,
                              std::string_view error) {
  const FormToken token = form_token(c);
  http::Response page = show(status, sign_in_code, c.settings(),
                             {{"error", error},
                              {"form", token.text()},
                              {"site", wish.site},
                              {"state", wish.state},
                              {"return", wish.return_to},
                              {"mfa_token", mfa_token}});
  return with_form_token(std::move(page), c.settings(), token);
}

http::Response go_on(const Context& c, const guard::Destination& destination, const sessions::Started& started) {
  const auto scheme = http::scheme_of(c.settings().public_url);
  return show(200, signed_in, c.settings(),
              {{"next", guard::way_to(c, destination, started.session)}, {"username", started.username}})
      .with("Set-Cookie", http::set_cookie(http::CookieKind::session, scheme, started.cookie, started.cookie_life));
}

}  // namespace gatehouse::pages
