// SPDX-License-Identifier: Apache-2.0
#include "auth/accounts/accounts.h"
#include "endpoint/endpoint.h"
#include "endpoint/message.h"
#include "endpoint/token_cookies.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kRead{
    .method = Method::Get,
    .promise = "Read one's own profile.",
    .access = Access::user_or_key().with_scopes({Scope::profile_read}),
    .limit = Limit::general,
    .answers = {{200, users::kUser}},
};

constexpr Policy kChange{
    .method = Method::Put,
    .promise =
        "Change one's own name, email or language. A new email takes a fresh login; 202: a mail went there, and "
        "nothing is "
        "changed before it is confirmed.",
    .access = Access::user().with_scopes({Scope::profile_write}),
    .limit = Limit::general,
    .accepts = Accepts::json,
    .answers = {{200, users::kUser}, {202, users::kUser}},
    .audits = {Event::profile_updated, Event::email_change_requested},
};

constexpr Policy kDelete{
    .method = Method::Delete,
    .promise = "Deactivate one's own account; every session ends, and the name is never free again.",
    .access = Access::user().with_scopes({Scope::profile_write}).with_fresh_login(minutes(10)),
    .limit = Limit::general,
    .answers = {{200, kMessage}},
    .audits = {Event::account_deactivated},
};

// The bearer check has read the user already.
Result<Response> read_profile(Context& c) { return Response::json(200, users::kUser, c.principal().user); }

accounts::ProfileChange read(Input& in) {
  return {.full_name = in.optional_text("full_name", users::kFullName),
          .email = in.optional_text("email", users::kEmail),
          .language = in.optional_text("language", users::kLanguage)};
}

Result<Response> change_profile(Context& c, const accounts::ProfileChange& change) {
  const auto changed = accounts::change_profile(c, c.principal(), change);
  if (!changed) return changed.refusal();
  return Response::json(changed->is_email_awaited ? 202 : 200, users::kUser, changed->user);
}

Result<Response> deactivate(Context& c) {
  const auto done = accounts::deactivate(c, c.principal());
  if (!done) return done.refusal();
  return without_login_cookies(Response::json(200, kMessage, {"the account is deactivated"}), c.settings());
}

}  // namespace

extern const Endpoint users_me{"/api/v1/users/me",
                               {{kRead, read_profile}, {kChange, read, change_profile}, {kDelete, deactivate}}};
}  // namespace gatehouse::handlers
