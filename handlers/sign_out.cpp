// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/cookie.h"
#include "auth/sessions/endings.h"
#include "endpoint/endpoint.h"
#include "endpoint/form_token.h"
#include "endpoint/page.h"
#include "endpoint/token_cookies.h"

namespace gatehouse::handlers {
namespace {

constexpr Document kPage{pages::kHtml, "a form to sign out, or that it is done"};

constexpr Policy kShow{
    .method = Method::Get,
    .promise = "Show the sign-out page.",
    .access = Access::anonymous("a browser that is not signed in is told so"),
    .limit = Limit::general,
    .answers = {{200, kPage}},
    .shows = Shows::pages,
};

constexpr Policy kSignOut{
    .method = Method::Post,
    .promise = "End the browser's session, here and on every site it led to.",
    .access = Access::anonymous("the session cookie is the credential"),
    .limit = Limit::general,
    .accepts = Accepts::form,
    .answers = {{200, kPage}},
    .audits = {Event::logout},
    .same_origin = SameOrigin::always,
    .shows = Shows::pages,
};

constexpr TextRule kForm{.least = 1, .most = 64, .meaning = "the form's own token"};

struct Form {
  std::string token;
};
Form read(Input& in) { return {.token = in.text("form", kForm)}; }

std::optional<Principal> signed_in(const Context& c) {
  const auto cookie = c.cookie(http::CookieKind::session);
  if (!cookie) return std::nullopt;
  auto known = sessions::authenticate_cookie(c, *cookie);
  return known ? std::optional(std::move(*known)) : std::nullopt;
}

Response signed_out(const Context& c) {
  return pages::show(200, pages::message, c.settings(),
                     {{"title", "Signed out"},
                      {"text", "This browser is not signed in."},
                      {"link", "/sign-in"},
                      {"link_text", "Sign in"}});
}

Result<Response> show(Context& c) {
  const auto who = signed_in(c);
  if (!who) return signed_out(c);
  const FormToken token = form_token(c);
  Response page =
      pages::show(200, pages::sign_out, c.settings(), {{"username", who->user.username}, {"form", token.text()}});
  return with_form_token(std::move(page), c.settings(), token);
}

Result<Response> log_out(Context& c, const Form& form) {
  const auto ours = check_form_token(c, form.token);
  if (!ours) return ours.refusal();
  if (const auto who = signed_in(c)) {
    const auto done = sessions::log_out(c, *who, std::nullopt);
    if (!done) return done.refusal();
  }
  return without_login_cookies(signed_out(c), c.settings());
}

}  // namespace

extern const Endpoint sign_out{"/sign-out", {{kShow, show}, {kSignOut, read, log_out}}};
}  // namespace gatehouse::handlers
