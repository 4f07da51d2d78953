// SPDX-License-Identifier: Apache-2.0
#include "auth/guard/destination.h"
#include "auth/sessions/sessions.h"
#include "endpoint/endpoint.h"
#include "endpoint/form_token.h"
#include "endpoint/page.h"
#include "endpoint/sign_in_pages.h"

namespace gatehouse::handlers {
namespace {

constexpr Document kPage{pages::kHtml, "where it leads, or the form again"};

constexpr Policy kPolicy{
    .method = Method::Post,
    .promise = "The second step of the sign-in page: the code of a second factor, or a recovery code.",
    .access = Access::anonymous("the mfa_token and the code in the form are the credential"),
    .limit = Limit::login,
    .accepts = Accepts::form,
    .answers = {{200, kPage}},
    .audits = {Event::login_success, Event::second_factor_failure, Event::account_locked, Event::recovery_code_used,
               Event::logout},
    .power = Power::opens,
    .same_origin = SameOrigin::always,
    .shows = Shows::pages,
};

struct Form {
  guard::Wish wish;
  std::string token;
  std::string mfa_token;
  std::string otp;
};
Form read(Input& in) {
  return {.wish = pages::read_wish(in),
          .token = in.text("form", pages::kForm),
          .mfa_token = in.text("mfa_token", sessions::kMfaToken),
          .otp = in.text("otp", factors::kEither)};
}

Result<Response> finish(Context& c, const Form& form) {
  const auto ours = check_form_token(c, form.token);
  if (!ours) return ours.refusal();
  const auto destination = guard::destination_of(c, form.wish);
  if (!destination) return destination.refusal();
  const auto started = sessions::finish_log_in(
      c, {.mfa_token = form.mfa_token, .shown = factors::Shown::of(form.otp), .gets = sessions::Gets::cookie},
      c.cookie(http::CookieKind::session).value_or(""));
  if (started) return pages::go_on(c, *destination, *started);
  const Refusal& refusal = started.refusal();
  if (refusal.reason == Reason::wrong_code) {
    return pages::show_code_form(c, 403, form.wish, form.mfa_token, "The code is wrong, or was used before.");
  }
  if (refusal.reason != Reason::token_invalid) return refusal;
  return pages::show_password_form(c, 403, form.wish, "", "That took too long, or too many tries. Sign in again.");
}

}  // namespace

extern const Endpoint sign_in_code{"/sign-in/code", {{kPolicy, read, finish}}};
}  // namespace gatehouse::handlers
