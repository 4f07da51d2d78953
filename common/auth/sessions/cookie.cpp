// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/cookie.h"

#include <algorithm>

#include "auth/sessions/pair.h"
#include "auth/sessions/sessions_sql.h"

namespace gatehouse::sessions {
namespace {

Refusal dead() { return {Reason::token_invalid, "the session is over"}; }

}  // namespace

Cookie Cookie::of(const SessionId& session, const std::array<unsigned char, 32>& secret) {
  Cookie cookie;
  cookie.session_ = session;
  cookie.secret_ = secret;
  return cookie;
}

Cookie Cookie::draw(const SessionId& session, Randomness& random) {
  std::array<unsigned char, 32> secret;
  random.fill(secret);
  return of(session, secret);
}

std::optional<Cookie> Cookie::parse(std::string_view text) {
  const auto raw = from_base64url(text);
  Cookie cookie;
  if (!raw || raw->size() != cookie.session_.bytes.size() + cookie.secret_.size()) return std::nullopt;
  const auto middle = raw->begin() + static_cast<std::ptrdiff_t>(cookie.session_.bytes.size());
  std::copy(raw->begin(), middle, cookie.session_.bytes.begin());
  std::copy(middle, raw->end(), cookie.secret_.begin());
  return cookie;
}

std::string Cookie::text() const { return to_base64url(std::string(session_.raw()) + std::string(bytes_of(secret_))); }

crypto::Digest Cookie::hash(std::string_view kind) const { return crypto::labelled_sha256(kind, bytes_of(secret_)); }

Result<Principal> principal_of(const Occasion& occasion, db::Rows& row, const Cookie& cookie,
                               const crypto::Digest& hash) {
  if (!row.next() || !equal_in_constant_time(row.optional_text(0).value_or(""), bytes_of(hash))) return dead();
  const bool outlived = occasion.now >= row.time(2) || occasion.now >= row.time(3);
  const bool ended = !row.is_null(4);
  if (outlived || ended) return dead();
  const users::User user = users::read_user(row, 8, row.user_id(1));
  const Principal::Login login{
      .session = cookie.session(), .authenticated_at = row.time(5), .last_used_at = row.time(6), .amr = row.text(18)};
  auto principal =
      principal_for(occasion, user, row.optional_text(17).value_or(""), access::ScopeSet::parse(row.text(7)), login);
  if (!principal) return dead();
  if (!user.is_active) return Refusal{Reason::deactivated, "this account is deactivated"};
  return std::move(*principal);
}

Result<Principal> authenticate_cookie(const Occasion& occasion, std::string_view text) {
  const auto cookie = Cookie::parse(text);
  if (!cookie) return dead();
  db::Rows row = occasion.database().query(kByCookie, {cookie->session()});
  return principal_of(occasion, row, *cookie, cookie->hash(kSessionCookie));
}

void keep_alive(const Occasion& occasion, const Principal::Login& login) {
  const Time stale = occasion.now - minutes(1);
  if (login.last_used_at >= stale) return;
  const Time until = occasion.now + occasion.settings().refresh_token_life;
  occasion.database().unit([&](db::Work& work) {
    return work.run(kKeepAlive, {occasion.now, until, login.session, stale});
  });
}

}  // namespace gatehouse::sessions
