// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/sessions.h"
#include "auth/sessions/sessions_sql.h"
#include "auth/tokens/tokens.h"

namespace gatehouse::sessions {
namespace {

Refusal dead() { return {Reason::token_invalid, "the token is not valid"}; }

}  // namespace

Result<Principal> authenticate_bearer(const Occasion& occasion, std::string_view token) {
  const auto claims = tokens::verify_access(occasion, token);
  if (!claims) return claims.refusal();

  db::Rows row = occasion.database().query(kBearer, {claims->id, claims->session});
  if (!row.next() || row.user_id(0) != claims->user) return dead();
  const bool outlived = occasion.now >= row.time(1) || occasion.now >= row.time(2);
  const bool ended = !row.is_null(3);
  const bool revoked = !row.is_null(4);
  if (ended || revoked) return dead();
  if (outlived) return Refusal{Reason::token_expired, "the session has expired"};

  const users::User user = users::read_user(row, 7, claims->user);
  const Principal::Login login{
      .session = claims->session, .authenticated_at = row.time(5), .last_used_at = row.time(6), .amr = row.text(17)};
  auto principal = principal_for(occasion, user, row.optional_text(16).value_or(""), claims->scopes, login);
  if (!principal) return dead();
  if (!user.is_active) return Refusal{Reason::deactivated, "this account is deactivated"};
  return std::move(*principal);
}

void touch(const Occasion& occasion, const Principal::Login& login) {
  const Time stale = occasion.now - minutes(1);
  if (login.last_used_at >= stale) return;
  occasion.database().unit([&](db::Work& work) { return work.run(kTouch, {occasion.now, login.session, stale}); });
}

}  // namespace gatehouse::sessions
