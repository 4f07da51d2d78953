// SPDX-License-Identifier: Apache-2.0
#include "auth/sessions/endings.h"

#include "auth/audit/audit.h"
#include "auth/sessions/sessions_sql.h"
#include "auth/tokens/tokens.h"

namespace gatehouse::sessions {
namespace {

using audit::Event;

void end_on_record(db::Work& work, const Occasion& occasion, Event event, UserId user, const SessionId& session,
                   std::string_view why) {
  if (work.run(kEnd, {occasion.now, why, session}) == 0) return;  // ended before: there is nothing to record
  audit::record(work, occasion, event, {.user = user, .session = session});
}

}  // namespace

Result<Done> log_out(const Occasion& occasion, const Principal& principal,
                     const std::optional<std::string>& refresh_token) {
  if (refresh_token) {
    const auto claims = tokens::verify_refresh(occasion, *refresh_token);
    if (!claims || claims->session != principal.session()) {
      return Refusal{Reason::malformed, "the refresh token is not of this session"};
    }
  }
  return occasion.database().unit([&](db::Work& work) {
    end_on_record(work, occasion, Event::logout, principal.user.id, principal.session(), "logout");
    return Done{};
  });
}

void revoke_token(const Occasion& occasion, std::string_view token) {
  const auto is_live = [&](const SessionId& session, UserId user) {
    return occasion.database().query(kIsLive, {session, user, occasion.now}).next();
  };
  if (const auto refresh = tokens::verify_refresh(occasion, token)) {
    if (!is_live(refresh->session, refresh->user)) return;
    occasion.database().unit([&](db::Work& work) {
      end_on_record(work, occasion, Event::token_revoked, refresh->user, refresh->session, "revoked");
      return Done{};
    });
    return;
  }
  const auto access = tokens::verify_access(occasion, token);
  if (!access || !is_live(access->session, access->user)) return;
  occasion.database().unit([&](db::Work& work) {
    if (!work.claim(kRevokeToken, {access->id, access->expires_at})) return Done{};
    audit::record(work, occasion, Event::token_revoked, {.user = access->user, .session = access->session});
    return Done{};
  });
}

Result<Done> end_session(const Occasion& occasion, const Principal& principal, const SessionId& session) {
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    const Time now = occasion.now;
    if (work.run(kEndOwn, {now, "revoked", session, principal.user.id, now, now}) == 0) {
      // Or by an earlier run of this unit, its answer lost.
      if (work.query(kWasEnded, {session, principal.user.id, now}).next()) return Done{};
      return Refusal{Reason::not_found, "there is no such session"};
    }
    audit::record(work, occasion, Event::session_revoked, {.user = principal.user.id, .session = session});
    return Done{};
  });
}

void end_other_sessions(const Occasion& occasion, const Principal& principal) {
  occasion.database().unit([&](db::Work& work) {
    if (work.run(kEndOthers, {occasion.now, "revoked", principal.user.id, principal.session()}) == 0) return Done{};
    audit::record(work, occasion, Event::session_revoked, {.user = principal.user.id});
    return Done{};
  });
}

std::int64_t end_all(db::Work& work, const Occasion& occasion, UserId user, std::string_view why) {
  return work.run(kEndAll, {occasion.now, why, user});
}

void end_others(db::Work& work, const Occasion& occasion, UserId user, const SessionId& but, std::string_view why) {
  work.run(kEndOthers, {occasion.now, why, user, but});
}

std::vector<SessionView> list(const Occasion& occasion, const Principal& principal) {
  std::vector<SessionView> sessions;
  db::Rows row = occasion.database().query(kListLive, {principal.user.id, occasion.now, occasion.now});
  while (row.next()) {
    const auto id = SessionId::from_bytes(row.text(0));
    if (!id) continue;
    sessions.push_back({.id = id->text(),
                        .created_at = row.time(1),
                        .last_used_at = row.time(2),
                        .address = Address::from_raw(row.text(3)).text(),
                        .user_agent = row.text(4),
                        .is_current = *id == principal.session(),
                        .scopes = row.text(5)});
  }
  return sessions;
}

}  // namespace gatehouse::sessions
