// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/sessions/sessions.h"

namespace gatehouse::sessions {

// Ends the caller's session, refresh and access tokens alike. A refresh token that is given along must be of this
// session; another's, or another kind, is refused and ends nothing.
Result<Done> log_out(const Occasion& occasion, const Principal& principal,
                     const std::optional<std::string>& refresh_token);

// RFC 7009 in spirit: an access token is dead until it would have expired, a refresh token takes its session along.
// What is not ours, or no longer alive, is none of the caller's business: nothing happens and nothing is said.
void revoke_token(const Occasion& occasion, std::string_view token);

// One's own session; 404 for anybody else's.
Result<Done> end_session(const Occasion& occasion, const Principal& principal, const SessionId& session);
void end_other_sessions(const Occasion& occasion, const Principal& principal);

// Inside a unit that has its own reason and its own audit record (a changed password, a deactivation).
// How many there were.
std::int64_t end_all(db::Work& work, const Occasion& occasion, UserId user, std::string_view why);

// The same of all but one.
void end_others(db::Work& work, const Occasion& occasion, UserId user, const SessionId& but, std::string_view why);

struct SessionView {
  std::string id;
  Time created_at;
  Time last_used_at;
  std::string address;
  std::string user_agent;
  bool is_current = false;
  std::string scopes;
};

inline constexpr json::ShapeOf<SessionView> kSession{
    "Session",
    json::field<&SessionView::id>("id"),
    json::field<&SessionView::created_at>("created_at"),
    json::field<&SessionView::last_used_at>("last_used_at"),
    json::field<&SessionView::address>("address"),
    json::field<&SessionView::user_agent>("user_agent"),
    json::field<&SessionView::is_current>("is_current"),
    json::field<&SessionView::scopes>("scopes"),
};

// One's own, newest first.
std::vector<SessionView> list(const Occasion& occasion, const Principal& principal);

}  // namespace gatehouse::sessions
