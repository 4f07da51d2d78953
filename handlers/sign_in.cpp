// SPDX-License-Identifier: Apache-2.0
#include "auth/guard/destination.h"
#include "auth/sessions/cookie.h"
#include "auth/sessions/sessions.h"
#include "endpoint/endpoint.h"
#include "endpoint/form_token.h"
#include "endpoint/page.h"
#include "endpoint/sign_in_pages.h"

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
    .audits = {Event::login_success, Event::login_failure, Event::account_locked, Event::logout,
               Event::second_factor_asked},
    .same_origin = SameOrigin::always,
    .shows = Shows::pages,
};

struct Form {
  guard::Wish wish;
  std::string token;
  sessions::Login login;
};
Form read_form(Input& in) {
  return {.wish = pages::read_wish(in),
          .token = in.text("form", pages::kForm),
          .login = {.username = in.text("username", sessions::kLoginName),
                    .password = in.secret("password", sessions::kLoginPassword),
                    .scope = std::nullopt,
                    .gets = sessions::Gets::cookie}};
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
  return pages::show_password_form(c, 200, wish, "", "");
}

Result<Response> log_in(Context& c, const Form& form) {
  const auto ours = check_form_token(c, form.token);
  if (!ours) return ours.refusal();
  const auto destination = guard::destination_of(c, form.wish);
  if (!destination) return destination.refusal();
  const auto started = sessions::log_in(c, form.login, c.cookie(CookieKind::session).value_or(""));
  if (started) return pages::go_on(c, *destination, *started);
  const Refusal& refusal = started.refusal();
  if (refusal.reason == Reason::second_factor_required) {
    return pages::show_code_form(c, 200, form.wish, refusal.mfa_token, "");
  }
  // A page says it in words; 401 would want a scheme that browsers answer by themselves.
  if (refusal.reason != Reason::unauthenticated) return refusal;
  return pages::show_password_form(c, 403, form.wish, form.login.username, refusal.detail);
}

}  // namespace

extern const Endpoint sign_in{"/sign-in", {{kShow, pages::read_wish, show}, {kSignIn, read_form, log_in}}};
}  // namespace gatehouse::handlers
