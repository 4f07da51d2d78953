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
  user_updated,
  user_deleted,
  role_changed,
  account_unlocked,
  group_created,
  group_joined,
  group_left,
  api_key_generated,
  api_key_revoked,
  unauthorized_access,
  rate_limit_exceeded,
  post_created,
  post_updated,
  post_deleted,
  key_rotated,
  key_revoked,
  user_imported,
  password_hashes_exported,
  group_edited,
  group_removed,
  role_edited,
  site_entered,
  master_key_rotated,
  restored,
  email_verified,
  email_change_requested,
  email_changed,
  email_change_undone,
  password_reset_requested,
  password_reset,
  second_factor_added,
  second_factor_removed,
  second_factor_failure,
  recovery_codes_made,
  recovery_code_used,
  reauthenticated,
  verification_requested,
  second_factor_asked,
};

std::string_view name_of(Event event);
std::optional<Event> event_named(std::string_view name);

enum class Severity { info, warning, critical };
Severity severity_of(Event event);
// By name; a warning where it is of a newer executable, that this one does not know.
Severity severity_of(std::string_view event);
std::string_view name_of(Severity severity);

// Who it was about. What was typed is never here: people type passwords into the name field.
struct Subject {
  std::optional<UserId> user{};
  std::optional<SessionId> session{};
  std::optional<UserId> actor{};  // who did it, where that is somebody else
  std::optional<KeyId> key{};     // with which API key
  std::string detail{};           // in our own words: "user -> admin"
};

// Puts the event on record inside the unit that causes it. Of an event that can be caused at will only the first few in
// a minute, from one source or of one user, become rows of gh_audit; gh_audit_counts has the number. Throws, here or
// when the unit commits, where the request began so long ago that its hour might be sealed before this is seen. With
// AUDIT_PUSH the row goes to syslog too, once it is committed.
void record(db::Work& work, const Occasion& occasion, Event event, const Subject& subject);

// A User-Agent header as it is kept: a client's words, cut to 255 bytes; nothing where they are not UTF-8.
std::string presentable(std::string_view user_agent);

}  // namespace audit
}  // namespace gatehouse
