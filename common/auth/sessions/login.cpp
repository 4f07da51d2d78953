// SPDX-License-Identifier: Apache-2.0
#include "auth/access/assurance.h"
#include "auth/audit/audit.h"
#include "auth/outbox/notices.h"
#include "auth/passwords/passwords.h"
#include "auth/recovery/verification.h"
#include "auth/sessions/cookie.h"
#include "auth/sessions/pair.h"
#include "auth/sessions/sessions.h"
#include "auth/sessions/sessions_sql.h"
#include "auth/throttle/throttle.h"
#include "auth/tokens/tokens.h"

namespace gatehouse::sessions {
namespace {

Refusal wrong() { return {Reason::unauthenticated, "wrong user name or password"}; }

// All that a session's row and its tokens need, made before the unit.
struct Session {
  tokens::Grant grant;
  TokenId refresh_id;
  Time expires_at;
  Time ends_at;
  std::optional<Cookie> cookie;
};

// Whether this run of the unit did it; an earlier run may have, its answer lost.
bool insert_session(db::Work& work, const Occasion& occasion, const Session& session) {
  const tokens::Grant& grant = session.grant;
  const Time now = occasion.now;
  const auto cookie_hash =
      session.cookie ? std::optional(session.cookie->hash(kSessionCookie)) : std::optional<crypto::Digest>();
  return work.claim(kInsertSession,
                    {grant.session, grant.user, session.refresh_id, grant.scopes.text(), grant.authenticated_at, now,
                     now, session.expires_at, session.ends_at, occasion.address.raw(),
                     audit::presentable(occasion.user_agent), cookie_hash, grant.amr});
}

// What a login finds of its account's sessions; nullopt: the password that was checked is no longer the account's.
std::optional<std::int64_t> admit(db::Work& work, const users::Credentials& checked) {
  db::Rows row = work.query(kAdmit, {checked.id, checked.password_hash});
  return row.next() ? std::optional(row.integer(0)) : std::nullopt;
}

void end_oldest_sessions(db::Work& work, const Occasion& occasion, UserId user) {
  std::vector<std::string> surplus;
  const std::int64_t most = occasion.settings().max_sessions_per_user;
  for (db::Rows row = work.query(kOldestBeyond, {user, occasion.now, most}); row.next();) {
    surplus.push_back(row.text(0));
  }
  for (const std::string& id : surplus) work.run(kEnd, {occasion.now, "too_many", id});
}

// The session that this browser had goes, with all it opened; else nobody could sign it out any more.
void end_replaced(db::Work& work, const Occasion& occasion, std::string_view text) {
  const auto cookie = Cookie::parse(text);
  if (!cookie) return;
  db::Rows row = work.query(kOwnerByCookie, {cookie->session(), cookie->hash(kSessionCookie)});
  if (!row.next()) return;
  const UserId owner = row.user_id(0);
  if (work.run(kEnd, {occasion.now, "replaced", cookie->session()}) == 0) return;
  audit::record(work, occasion, audit::Event::logout,
                {.user = owner, .session = cookie->session(), .detail = "by another login in the same browser"});
}

// nullopt: between the check and the unit the stored hash became another.
std::optional<Result<Started>> try_once(const Occasion& occasion, const Login& login, std::string_view replaces) {
  const auto account = users::find_credentials(occasion, login.username);
  const auto user = account ? std::optional(account->id) : std::nullopt;
  const auto subject =
      user ? throttle::subject_of(*user) : throttle::subject_of_unknown(users::canonical_login(login.username));

  // A disabled account, or one of a role that is unknown, has no password to be right: the same work, and no re-hash
  // that would tell.
  const access::RoleMap& map = occasion.process.roles.present(occasion.database(), occasion.now);
  const access::Role* role = account ? map.find(account->role) : nullptr;
  const bool may_log_in = role && account->is_active;
  const std::string_view stored = may_log_in ? account->password_hash : std::string_view();
  // Nor has one whose address is still to be confirmed: whoever knows its password is told by mail.
  const bool waits = may_log_in && recovery::must_wait(occasion, *account);
  auto verdict = passwords::check_guess(occasion, stored, login.password, subject,
                                        waits ? passwords::Upgrade::no : passwords::Upgrade::where_outdated);
  if (!verdict) return verdict.refusal();
  if (!verdict->right || waits) {
    throttle::record_failure(occasion, subject, verdict->guess, user);
    recovery::remind(occasion, verdict->right ? &*account : nullptr, login.username);
    return wrong();
  }
  verdict->slot.reset();

  const Time ends_at = occasion.now + occasion.settings().session_life;
  const SessionId id = SessionId::draw(occasion.random());
  const Session session{
      .grant = {.user = account->id,
                .username = account->username,
                .role = account->role,
                .groups = account->groups,
                .scopes = access::grant(map.rights_of(*role, account->groups).scopes, login.scope),
                .session = id,
                .authenticated_at = occasion.now,
                .amr = std::string(access::kByPassword)},
      .refresh_id = TokenId::draw(occasion.random()),
      .expires_at = refresh_expiry(occasion, ends_at),
      .ends_at = ends_at,
      .cookie = login.gets == Gets::tokens ? std::nullopt : std::optional(Cookie::draw(id, occasion.random()))};
  Started started{.session = id, .username = account->username, .pair = {}, .cookie = {}};
  if (login.gets != Gets::cookie) started.pair = mint_pair(occasion, session.grant, session.refresh_id, ends_at);
  if (session.cookie) {
    started.cookie = session.cookie->text();
    started.cookie_life = std::chrono::floor<seconds>(ends_at - occasion.now);
  }

  const auto news = outbox::news_of_sign_in(occasion, account->id, account->last_login_at, verdict->record.welcomed_at);
  return occasion.database().unit([&](db::Work& work) -> std::optional<Result<Started>> {
    const auto earlier_sessions = admit(work, *account);
    if (!earlier_sessions) {
      // Changed or upgraded by somebody else; or upgraded by an earlier run of this unit, its answer lost.
      const bool done_before = work.query(kIsLive, {session.grant.session, account->id, occasion.now}).next();
      if (done_before) return started;
      return std::nullopt;
    }
    if (!insert_session(work, occasion, session)) return started;
    end_replaced(work, occasion, replaces);
    if (*earlier_sessions >= occasion.settings().max_sessions_per_user)
      end_oldest_sessions(work, occasion, account->id);
    throttle::welcome(work, occasion, subject, verdict->record);
    const Time stale = occasion.now - minutes(1);
    if (!account->last_login_at || account->last_login_at < stale) {
      work.run(kNoteLogin, {occasion.now, account->id, stale});
    }
    if (verdict->better_hash) users::upgrade_password_hash(work, *account, *verdict->better_hash);
    audit::record(work, occasion, audit::Event::login_success, {.user = account->id, .session = session.grant.session});
    outbox::post(work, occasion, news);
    return started;
  });
}

}  // namespace

Result<Started> log_in(const Occasion& occasion, const Login& login, std::string_view replaces) {
  // Judged anew where the hash changed meanwhile: of many right logins at once one upgrades it, and all must pass.
  for (int tries = 0; tries < 3; ++tries) {
    if (auto outcome = try_once(occasion, login, replaces)) return std::move(*outcome);
  }
  return wrong();
}

}  // namespace gatehouse::sessions
