// SPDX-License-Identifier: Apache-2.0
#include "auth/access/assurance.h"
#include "auth/access/reach.h"
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
#include "base/failure.h"

namespace gatehouse::sessions {
namespace {

constexpr minutes kStepLasts{5};
constexpr std::int64_t kMostTries = 5;

Refusal wrong() { return {Reason::unauthenticated, "wrong user name or password"}; }
Refusal wrong_code() { return {Reason::wrong_code, "the code is wrong, or was used before"}; }
Refusal step_is_over() { return {Reason::token_invalid, "the mfa_token is not valid, or no longer; log in again"}; }

// All that a session's row and its tokens need, made before the unit.
struct Session {
  tokens::Grant grant;
  access::ScopeSet
      scopes;  // granted; its tokens have what of them the second factor, where it is demanded, does not bar
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
                    {grant.session, grant.user, session.refresh_id, session.scopes.text(), grant.authenticated_at, now,
                     now, session.expires_at, session.ends_at, occasion.address.raw(),
                     audit::presentable(occasion.user_agent), cookie_hash, grant.amr});
}

// What a login finds of its account's sessions; nullopt: the password that was checked is no longer the account's.
std::optional<std::int64_t> admit(db::Work& work, const users::Credentials& checked) {
  db::Rows row = work.query(kAdmit, {checked.id, checked.password_hash, checked.factor_confirmed_at});
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

// Somebody who has shown all that their account asks for, on the way to a session.
struct Entry {
  const users::Credentials& account;
  access::ScopeSet scopes;
  Gets gets;
  throttle::Record record;  // of guesses at the password
  std::optional<std::string> better_hash{};
  std::optional<factors::Verdict> factor{};
  std::optional<crypto::Digest> step{};  // that this is the end of
};

// The one place where a session begins and its first tokens are minted. nullopt: between the check and the unit the
// stored hash became another.
std::optional<Result<Started>> start_session(const Occasion& occasion, const Entry& entry, std::string_view replaces) {
  const users::Credentials& account = entry.account;
  if (account.factor_confirmed_at && !(entry.factor && entry.factor->proof)) bug("a login skips the second factor");
  const std::string amr(entry.factor ? entry.factor->proof->amr : access::kByPassword);
  const access::RoleMap& map = occasion.process.roles.present(occasion.database(), occasion.now);
  const auto reach = access::reach_of(occasion.settings(), map, account.role, account.groups, amr);
  if (!reach) return wrong();

  const Time ends_at = occasion.now + occasion.settings().session_life;
  const SessionId id = SessionId::draw(occasion.random());
  const Session session{
      .grant = {.user = account.id,
                .username = account.username,
                .role = reach->role,
                .groups = reach->groups,
                .scopes = entry.scopes.within(reach->rights.scopes),
                .session = id,
                .authenticated_at = occasion.now,
                .amr = amr},
      .scopes = entry.scopes,
      .refresh_id = TokenId::draw(occasion.random()),
      .expires_at = refresh_expiry(occasion, ends_at),
      .ends_at = ends_at,
      .cookie = entry.gets == Gets::tokens ? std::nullopt : std::optional(Cookie::draw(id, occasion.random()))};
  Started started{.session = id, .username = account.username, .pair = {}, .cookie = {}};
  if (entry.gets != Gets::cookie) started.pair = mint_pair(occasion, session.grant, session.refresh_id, ends_at);
  if (session.cookie) {
    started.cookie = session.cookie->text();
    started.cookie_life = std::chrono::floor<seconds>(ends_at - occasion.now);
  }

  const auto news = outbox::news_of_sign_in(occasion, account.id, account.last_login_at, entry.record.welcomed_at);
  return occasion.database().unit([&](db::Work& work) -> std::optional<Result<Started>> {
    const auto was_done_before = [&] { return work.query(kIsLive, {id, account.id, occasion.now}).next(); };
    const auto earlier_sessions = admit(work, account);
    if (!earlier_sessions) {
      // Changed or upgraded by somebody else; or upgraded by an earlier run of this unit, its answer lost.
      if (was_done_before()) return started;
      return std::nullopt;
    }
    // Spent by somebody else, who was faster; or likewise.
    if (entry.step && work.run(kSpendStep, {occasion.now, *entry.step}) == 0) {
      if (was_done_before()) return started;
      return step_is_over();
    }
    if (entry.factor && !factors::use(work, occasion, *entry.factor->proof, id)) {
      if (was_done_before()) return started;
      return wrong_code();
    }
    if (!insert_session(work, occasion, session)) return started;
    end_replaced(work, occasion, replaces);
    if (*earlier_sessions >= occasion.settings().max_sessions_per_user) end_oldest_sessions(work, occasion, account.id);
    throttle::welcome(work, occasion, throttle::subject_of(account.id), entry.record);
    if (entry.factor) factors::welcome(work, occasion, account.id, entry.factor->record);
    const Time stale = occasion.now - minutes(1);
    if (!account.last_login_at || account.last_login_at < stale) {
      work.run(kNoteLogin, {occasion.now, account.id, stale});
    }
    if (entry.better_hash) users::upgrade_password_hash(work, account, *entry.better_hash);
    audit::record(work, occasion, audit::Event::login_success, {.user = account.id, .session = id});
    outbox::post(work, occasion, news);
    return started;
  });
}

// A token of one kind of login is worth nothing at another's.
crypto::Digest hash_of_step(std::string_view mfa_token, Gets gets) {
  constexpr const char* kLabels[] = {"mfa token", "mfa token of pages", "mfa token of cookies"};
  return crypto::labelled_sha256(kLabels[static_cast<int>(gets)], mfa_token);
}

// What a half-finished login depends on.
crypto::Digest state_of(const users::Credentials& account) {
  std::string text = account.password_hash + '\n' + account.role + '\n';
  for (const std::string& group : account.groups) text += group + ',';
  text += account.is_active ? "\nactive\n" : "\ninactive\n";
  text += std::to_string(to_millis(account.updated_at)) + '\n';
  if (account.factor_confirmed_at) text += std::to_string(to_millis(*account.factor_confirmed_at));
  return crypto::labelled_sha256("login step account", text);
}

// The password was right; what leads on is in the refusal. nullopt: as for start_session.
std::optional<Result<Started>> ask_for_factor(const Occasion& occasion, const Entry& entry) {
  users::Credentials account = entry.account;
  const std::string token = draw_secret(occasion.random());
  const crypto::Digest hash = hash_of_step(token, entry.gets);
  if (entry.better_hash) account.password_hash = *entry.better_hash;
  const crypto::Digest state = state_of(account);
  const Refusal asked{.reason = Reason::second_factor_required,
                      .detail = "the second factor is to follow",
                      .mfa_token = token,
                      .expires_in = kStepLasts};
  return occasion.database().unit([&](db::Work& work) -> std::optional<Result<Started>> {
    if (!admit(work, entry.account)) return std::nullopt;
    const Time now = occasion.now;
    if (!work.claim(kInsertStep, {hash, account.id, state, entry.scopes.text(), now, now + kStepLasts})) return asked;
    if (entry.better_hash) users::upgrade_password_hash(work, entry.account, *entry.better_hash);
    audit::record(work, occasion, audit::Event::second_factor_asked, {.user = account.id});
    return asked;
  });
}

// Whoever guesses at the factor is counted, those too whose code was used by another request at the same moment.
Result<factors::Verdict> check_factor(const Occasion& occasion, UserId user, const factors::Shown& shown) {
  auto verdict = factors::check_guess(occasion, user, shown);
  if (!verdict) return verdict.refusal();
  if (!verdict->proof) {
    factors::record_failure(occasion, user, verdict->guess);
    return wrong_code();
  }
  verdict->slot.reset();
  return verdict;
}

void count_lost_race(const Occasion& occasion, UserId user, const std::optional<Result<Started>>& outcome) {
  if (!outcome || *outcome || outcome->refusal().reason != Reason::wrong_code) return;
  factors::record_failure(occasion, user, throttle::Guess::evaluated);
}

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

  Entry entry{.account = *account,
              .scopes = access::grant(map.rights_of(*role, account->groups).scopes, login.scope),
              .gets = login.gets,
              .record = verdict->record,
              .better_hash = std::move(verdict->better_hash)};
  if (!account->factor_confirmed_at) return start_session(occasion, entry, replaces);
  if (!login.otp) return ask_for_factor(occasion, entry);
  auto factor = check_factor(occasion, account->id, factors::Shown::of(login.otp));
  if (!factor) return factor.refusal();
  entry.factor.emplace(std::move(*factor));
  auto outcome = start_session(occasion, entry, replaces);
  count_lost_race(occasion, account->id, outcome);
  return outcome;
}

struct Step {
  users::Credentials account;
  std::string state;
  access::ScopeSet scopes;
};

std::optional<Step> find_step(const Occasion& occasion, const crypto::Digest& hash) {
  db::Rows row = occasion.database().query(kFindStep, {hash});
  if (!row.next()) return std::nullopt;
  return Step{.account = {.id = row.user_id(0),
                          .username = row.text(3),
                          .role = row.text(4),
                          .groups = access::parse_groups(row.optional_text(7).value_or("")),
                          .is_active = row.boolean(5),
                          .password_hash = row.optional_text(6).value_or(""),
                          .last_login_at = row.optional_time(8),
                          .updated_at = row.time(9),
                          .factor_confirmed_at = row.optional_time(10)},
              .state = row.text(1),
              .scopes = access::ScopeSet::parse(row.text(2))};
}

}  // namespace

Result<Started> log_in(const Occasion& occasion, const Login& login, std::string_view replaces) {
  // Judged anew where the hash changed meanwhile: of many right logins at once one upgrades it, and all must pass.
  for (int tries = 0; tries < 3; ++tries) {
    if (auto outcome = try_once(occasion, login, replaces)) return std::move(*outcome);
  }
  return wrong();
}

Result<Started> finish_log_in(const Occasion& occasion, const SecondStep& second, std::string_view replaces) {
  if (second.shown.is_nothing()) return factors::nothing_shown();
  const crypto::Digest hash = hash_of_step(second.mfa_token, second.gets);
  const bool has_try = occasion.database().unit([&](db::Work& work) {
    return work.run(kTakeTry, {hash, kMostTries, occasion.now}) == 1;
  });
  const auto step = has_try ? find_step(occasion, hash) : std::nullopt;
  if (!step || step->state != bytes_of(state_of(step->account)) || !step->account.is_active) return step_is_over();
  const UserId user = step->account.id;
  auto factor = check_factor(occasion, user, second.shown);
  if (!factor) return factor.refusal();
  const Entry entry{.account = step->account,
                    .scopes = step->scopes,
                    .gets = second.gets,
                    .record = throttle::look_up(occasion, throttle::subject_of(user)),
                    .factor = std::move(*factor),
                    .step = hash};
  auto outcome = start_session(occasion, entry, replaces);
  count_lost_race(occasion, user, outcome);
  return outcome ? std::move(*outcome) : step_is_over();
}

}  // namespace gatehouse::sessions
