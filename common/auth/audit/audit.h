// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "db/database.h"

namespace gatehouse {

struct Occasion;

namespace audit {

enum class Event {
  login_success,
  login_failure,
  account_locked,
  account_deactivated,
  user_registered,
  profile_updated,
  password_changed,
  logout,
  session_revoked,
  token_refresh,
  token_revoked,
  token_reuse_detected,
  user_imported,
  password_hashes_exported,
};

std::string_view name_of(Event event);

// Who it was about. What was typed is never here: people type passwords into the name field.
struct Subject {
  std::optional<UserId> user{};
  std::optional<SessionId> session{};
};

// Puts the event on record inside the unit that causes it. Of an event that strangers can cause at will only the first
// five in a minute, from one source or of one user, become rows of gh_audit; gh_audit_counts has the number.
void record(db::Work& work, const Occasion& occasion, Event event, const Subject& subject);

// A User-Agent header as it is kept: a client's words, cut to 255 bytes; nothing where they are not UTF-8.
std::string presentable(std::string_view user_agent);

}  // namespace audit
}  // namespace gatehouse
