// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/audit.h"

#include "auth/audit/audit_sql.h"
#include "auth/process.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace gatehouse::audit {
namespace {

constexpr int kRowsOfAFlood = 5;
constexpr std::size_t kUserAgentBytes = 255;

enum class Pace { rare, floods };

struct Kind {
  Event event;
  std::string_view name;
  Pace pace;  // floods: can be caused at will, by strangers or by a client gone wild
};

constexpr Kind kKinds[] = {
    {Event::login_success, "login_success", Pace::floods},
    {Event::login_failure, "login_failure", Pace::floods},
    {Event::account_locked, "account_locked", Pace::floods},
    {Event::account_deactivated, "account_deactivated", Pace::rare},
    {Event::user_registered, "user_registered", Pace::rare},
    {Event::profile_updated, "profile_updated", Pace::rare},
    {Event::password_changed, "password_changed", Pace::rare},
    {Event::logout, "logout", Pace::rare},
    {Event::session_revoked, "session_revoked", Pace::rare},
    {Event::token_refresh, "token_refresh", Pace::rare},
    {Event::token_revoked, "token_revoked", Pace::rare},
    {Event::token_reuse_detected, "token_reuse_detected", Pace::floods},
    {Event::user_imported, "user_imported", Pace::rare},
    {Event::password_hashes_exported, "password_hashes_exported", Pace::rare},
};

const Kind& kind_of(Event event) { return kKinds[static_cast<int>(event)]; }

// A success floods by its user, who is known; a failure by its source, which is all there is.
struct Bucket {
  crypto::Digest key;
  std::optional<UserId> user;  // of a bucket that is one user's
};

Bucket bucket_of(const Kind& kind, const Occasion& occasion, const Subject& subject) {
  if (kind.event == Event::login_success && subject.user) {
    return {crypto::labelled_sha256(kind.name, "user " + std::to_string(subject.user->value)), subject.user};
  }
  return {crypto::labelled_sha256(kind.name, "source " + occasion.address.network()), std::nullopt};
}

}  // namespace

std::string_view name_of(Event event) { return kind_of(event).name; }

std::string presentable(std::string_view user_agent) {
  return is_utf8(user_agent) ? std::string(cut_utf8(user_agent, kUserAgentBytes)) : std::string();
}

void record(db::Work& work, const Occasion& occasion, Event event, const Subject& subject) {
  const Kind& kind = kind_of(event);
  const std::string user_agent = presentable(occasion.user_agent);
  const std::string& address = occasion.address.raw();
  if (kind.pace == Pace::rare) {
    work.run(kRecord,
             {occasion.now, kind.name, subject.user, subject.session, address, user_agent, occasion.request_id});
    return;
  }
  const Bucket bucket = bucket_of(kind, occasion, subject);
  const std::int64_t minute = to_millis(occasion.now) / 60000;
  work.run(kCountEvent, {bucket.key, minute, kind.name, bucket.user, address});
  work.run(kRecordUnlessFlood, {occasion.now, kind.name, subject.user, subject.session, address, user_agent,
                                occasion.request_id, bucket.key, minute, kRowsOfAFlood});
}

}  // namespace gatehouse::audit
