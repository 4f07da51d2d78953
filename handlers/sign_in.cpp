// SPDX-License-Identifier: Apache-2.0
#include "auth/guard/destination.h"
#include "auth/sessions/cookie.h"
#include "auth/sessions/sessions.h"
#include "endpoint/endpoint.h"
#include "endpoint/form_token.h"
#include "endpoint/page.h"

namespace gatehouse::handlers {
namespace {

using http::CookieKind;

constexpr Document kPage{pages::kHtml, "the form, or where it leads"};
constexpr Document kOnward{"", "the browser is signed in already, and goes on to where it wanted to go"};

constexpr Policy kShow{
    .method = Method::Get,
    .promise = "Show the sign-in page; a browser that is signed in goes on at once.",
    .access = Access::anonymous("whoever wants to sign in is nobody yet"),
    .limit = Limit::general,
    .answers = {{200, kPage}, {302, kOnward}},
    .shows = Shows::pages,
};

constexpr Policy kSignIn{
    .method = Method::Post,
    .promise = "Sign a browser in: it gets the session cookie, and a way to the site that it came from.",
    .access = Access::anonymous("the password in the form is the credential"),
    .limit = Limit::login,
    .accepts = Accepts::form,
    .answers = {{200, kPage}},
    .audits = {Event::login_success, Event::login_failure, Event::account_locked, Event::logout},
    .same_origin = SameOrigin::always,
    .shows = Shows::pages,
};

constexpr TextRule kSite{.most = 32, .meaning = "the guarded site that sent the browser here"};
constexpr TextRule kState{.most = 64, .meaning = "what that browser holds, hashed"};
constexpr TextRule kReturn{.most = 2400, .meaning = "where it leads: a URL of the site, or a path of ours"};
constexpr TextRule kForm{.least = 1, .most = 64, .meaning = "the form's own token"};

guard::Wish read_wish(Input& in) {
  return {.site = in.optional_text("site", kSite).value_or(""),
          .state = in.optional_text("state", kState).value_or(""),
          .return_to = in.optional_text("return", kReturn).value_or("")};
}

struct Form {
  guard::Wish wish;
  std::string token;
  sessions::Login login;
};
Form read_form(Input& in) {
  return {.wish = read_wish(in),
          .token = in.text("form", kForm),
          .login = {.username = in.text("username", sessions::kLoginName),
                    .password = in.secret("password", sessions::kLoginPassword),
                    .scope = std::nullopt,
                    .gets = sessions::Gets::cookie}};
}

Response show_form(const Context& c, int status, const guard::Wish& wish, std::string_view username,
                   std::string_view error) {
  const FormToken token = form_token(c);
  Response page = pages::show(status, pages::sign_in, c.settings(),
                              {{"lead", wish.site.empty() ? "" : "to go on to " + wish.site},
                               {"error", error},
                               {"form", token.text()},
                               {"site", wish.site},
                               {"state", wish.state},
                               {"return", wish.return_to},
                               {"username", username}});
  return with_form_token(std::move(page), c.settings(), token);
}

Result<Response> show(Context& c, const guard::Wish& wish) {
  const auto destination = guard::destination_of(c, wish);
  if (!destination) return destination.refusal();
  if (const auto cookie = c.cookie(CookieKind::session)) {
    if (const auto known = sessions::authenticate_cookie(c, *cookie)) {
      sessions::keep_alive(c, known->login());
      return Response{.status = 302}.with("Location", guard::way_to(c, *destination, known->session()));
    }
  }
  return show_form(c, 200, wish, "", "");
}

Result<Response> log_in(Context& c, const Form& form) {
  const auto ours = check_form_token(c, form.token);
  if (!ours) return ours.refusal();
  const auto destination = guard::destination_of(c, form.wish);
  if (!destination) return destination.refusal();
  const auto started = sessions::log_in(c, form.login, c.cookie(CookieKind::session).value_or(""));
  if (!started) {
    // A page says it in words; 401 would want a scheme that browsers answer by themselves.
    const Refusal& refusal = started.refusal();
    if (refusal.reason != Reason::unauthenticated) return refusal;
    return show_form(c, 403, form.wish, form.login.username, refusal.detail);
  }
  const auto scheme = http::scheme_of(c.settings().public_url);
  return pages::show(200, pages::signed_in, c.settings(),
                     {{"next", guard::way_to(c, *destination, started->session)}, {"username", started->username}})
      .with("Set-Cookie", http::set_cookie(CookieKind::session, scheme, started->cookie, started->cookie_life));
}

}  // namespace

extern const Endpoint sign_in{"/sign-in", {{kShow, read_wish, show}, {kSignIn, read_form, log_in}}};
}  // namespace gatehouse::handlers
