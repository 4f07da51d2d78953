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

  const auto role = access::role_named(row.text(8));
  if (!role) return dead();  // a role this build does not know grants nothing
  Principal principal{.user = {.id = claims->user,
                               .username = row.text(5),
                               .email = row.text(6),
                               .full_name = row.optional_text(7),
                               .role = *role,
                               .is_active = row.boolean(9),
                               .is_verified = row.boolean(10),
                               .created_at = row.time(11),
                               .updated_at = row.time(12)},
                      .session = claims->session,
                      .scopes = claims->scopes.within(access::grantable(*role)),
                      .authenticated_at = row.time(13),
                      .last_used_at = row.time(14)};
  if (!principal.user.is_active) return Refusal{Reason::deactivated, "this account is deactivated"};
  return principal;
}

access::Standing standing(const Occasion& occasion, const Principal& principal) {
  return {.role = principal.user.role,
          .scopes = principal.scopes,
          .since_login = occasion.now - principal.authenticated_at};
}

void touch(const Occasion& occasion, const Principal& principal) {
  const Time stale = occasion.now - minutes(1);
  if (principal.last_used_at >= stale) return;
  occasion.database().unit([&](db::Work& work) { return work.run(kTouch, {occasion.now, principal.session, stale}); });
}

}  // namespace gatehouse::sessions
