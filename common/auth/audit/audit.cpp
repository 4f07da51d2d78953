// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/audit.h"

#include <algorithm>

#include "auth/audit/audit_sql.h"
#include "auth/audit/entries.h"
#include "auth/audit/tallies.h"
#include "auth/process.h"
#include "base/failure.h"
#include "base/syslog.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace gatehouse::audit {
namespace {

constexpr std::size_t kUserAgentBytes = 255;
// Far less than the hour after which a closed hour is sealed: no row may come after its seal. What is left is the way
// of the COMMIT to the server, which waits two minutes for it (db/connection.cpp) and rolls back then.
constexpr seconds kLatest{60};

// Whose flood it is: a user's, who is known, or a source's, which is all there is to a failure.
enum class By { user, source };

struct Kind {
  Event event;
  std::string_view name;
  Severity severity;
  int rows_of_a_flood;  // in a minute; 0: can't be caused at will, and each is a row
  By by;
  bool is_tallied = false;
};

constexpr Kind kKinds[] = {
    {Event::login_success, "login_success", Severity::info, 5, By::user, true},
    {Event::login_failure, "login_failure", Severity::warning, 5, By::source, true},
    {Event::account_locked, "account_locked", Severity::warning, 5, By::source},
    {Event::account_deactivated, "account_deactivated", Severity::warning, 0, By::user},
    {Event::user_registered, "user_registered", Severity::info, 0, By::user},
    {Event::profile_updated, "profile_updated", Severity::info, 0, By::user},
    {Event::password_changed, "password_changed", Severity::warning, 0, By::user},
    {Event::logout, "logout", Severity::info, 0, By::user},
    {Event::session_revoked, "session_revoked", Severity::info, 0, By::user},
    {Event::token_refresh, "token_refresh", Severity::info, 0, By::user},
    {Event::token_revoked, "token_revoked", Severity::info, 0, By::user},
    {Event::token_reuse_detected, "token_reuse_detected", Severity::critical, 5, By::source},
    {Event::user_updated, "user_updated", Severity::warning, 0, By::user},
    {Event::user_deleted, "user_deleted", Severity::critical, 0, By::user},
    {Event::role_changed, "role_changed", Severity::critical, 0, By::user},
    {Event::account_unlocked, "account_unlocked", Severity::warning, 0, By::user},
    {Event::group_created, "group_created", Severity::warning, 0, By::user},
    {Event::group_joined, "group_joined", Severity::warning, 0, By::user},
    {Event::group_left, "group_left", Severity::warning, 0, By::user},
    {Event::api_key_generated, "api_key_generated", Severity::warning, 0, By::user},
    {Event::api_key_revoked, "api_key_revoked", Severity::info, 0, By::user},
    {Event::unauthorized_access, "unauthorized_access", Severity::warning, 1, By::user},
    {Event::rate_limit_exceeded, "rate_limit_exceeded", Severity::warning, 1, By::user},
    {Event::post_created, "post_created", Severity::info, 0, By::user},
    {Event::post_updated, "post_updated", Severity::info, 0, By::user},
    {Event::post_deleted, "post_deleted", Severity::info, 0, By::user},
    {Event::key_rotated, "key_rotated", Severity::warning, 0, By::user},
    {Event::key_revoked, "key_revoked", Severity::critical, 0, By::user},
    {Event::user_imported, "user_imported", Severity::info, 0, By::user},
    {Event::password_hashes_exported, "password_hashes_exported", Severity::critical, 0, By::user},
    {Event::group_edited, "group_edited", Severity::critical, 0, By::user},
    {Event::group_removed, "group_removed", Severity::warning, 0, By::user},
    {Event::role_edited, "role_edited", Severity::critical, 0, By::user},
    {Event::site_entered, "site_entered", Severity::info, 5, By::user},
    {Event::master_key_rotated, "master_key_rotated", Severity::critical, 0, By::user},
    {Event::restored, "restored", Severity::critical, 0, By::user},
    {Event::email_verified, "email_verified", Severity::info, 0, By::user},
    {Event::email_change_requested, "email_change_requested", Severity::warning, 5, By::user},
    {Event::email_changed, "email_changed", Severity::critical, 0, By::user},
    {Event::email_change_undone, "email_change_undone", Severity::critical, 0, By::user},
    {Event::password_reset_requested, "password_reset_requested", Severity::info, 5, By::source},
    {Event::password_reset, "password_reset", Severity::critical, 0, By::user},
    {Event::second_factor_added, "second_factor_added", Severity::warning, 0, By::user},
    {Event::second_factor_removed, "second_factor_removed", Severity::critical, 0, By::user},
    {Event::second_factor_failure, "second_factor_failure", Severity::warning, 5, By::user},
    {Event::recovery_codes_made, "recovery_codes_made", Severity::warning, 0, By::user},
    {Event::recovery_code_used, "recovery_code_used", Severity::warning, 0, By::user},
    {Event::reauthenticated, "reauthenticated", Severity::info, 5, By::user},
    {Event::verification_requested, "verification_requested", Severity::info, 5, By::source},
    {Event::second_factor_asked, "second_factor_asked", Severity::info, 5, By::user},
};

const Kind& kind_of(Event event) { return kKinds[static_cast<int>(event)]; }

struct Bucket {
  crypto::Digest key;
  std::optional<UserId> user;  // of a bucket that is one user's
};

Bucket bucket_of(const Kind& kind, const Occasion& occasion, const Subject& subject) {
  const auto user = subject.actor ? subject.actor : subject.user;
  if (kind.by == By::user && user) {
    return {crypto::labelled_sha256(kind.name, "user " + std::to_string(user->value)), user};
  }
  return {crypto::labelled_sha256(kind.name, "source " + occasion.address.network()), std::nullopt};
}

void count(db::Work& work, const Occasion& occasion, const Kind& kind, const Bucket& bucket, std::int64_t minute) {
  const std::string& address = occasion.address.raw();
  if (!kind.is_tallied) {
    work.run(kCountEvent, {bucket.key, minute, kind.name, bucket.user, address});
    return;
  }
  const crypto::Digest tally = tally_bucket(kind.name, tally_shard(bucket.key));
  work.run(kCountAndTally, {bucket.key, minute, kind.name, bucket.user, address, tally, tally_minute(occasion.now),
                            tally_name(kind.name)});
}

void refuse_when_late(const Occasion& occasion) {
  if (occasion.process.clock.now() - occasion.now >= kLatest) throw Failure("too late to go on record");
}

SyslogSeverity syslog_severity(Severity severity) {
  constexpr SyslogSeverity kAll[] = {SyslogSeverity::info, SyslogSeverity::warning, SyslogSeverity::critical};
  return kAll[static_cast<int>(severity)];
}

// As JSON, like a row that is read; it has its id from the database, and there only.
constexpr json::ShapeOf<Entry> kPushed{"AuditEvent",
                                       json::field<&Entry::at>("at"),
                                       json::field<&Entry::event>("event"),
                                       json::field<&Entry::severity>("severity"),
                                       json::field<&Entry::user>("user_id"),
                                       json::field<&Entry::actor>("actor_id"),
                                       json::field<&Entry::session>("session_id"),
                                       json::field<&Entry::key>("key_id"),
                                       json::field<&Entry::address>("address"),
                                       json::field<&Entry::user_agent>("user_agent"),
                                       json::field<&Entry::request_id>("request_id"),
                                       json::field<&Entry::detail>("detail")};

// After the commit: what was rolled back never happened.
void push(db::Work& work, const Occasion& occasion, const Kind& kind, const Subject& subject) {
  if (occasion.settings().audit_push == AuditPush::off) return;
  const Entry entry{.at = occasion.now,
                    .event = std::string(kind.name),
                    .severity = std::string(name_of(kind.severity)),
                    .user = subject.user,
                    .actor = subject.actor,
                    .session = subject.session,
                    .key = subject.key,
                    .address = occasion.address.text(),
                    .user_agent = presentable(occasion.user_agent),
                    .request_id = occasion.request_id,
                    .detail = subject.detail.empty() ? std::nullopt : std::optional(subject.detail)};
  work.after_commit([&occasion, severity = syslog_severity(kind.severity), line = json::write_shape(kPushed, entry)] {
    const Process& process = occasion.process;
    if (send_to_syslog(process.settings.audit_syslog_socket, severity, occasion.now, line)) return;
    LogLine log(occasion.now, Level::warning);
    log.add("endpoint", process.endpoint)
        .add("request_id", occasion.request_id)
        .add("error", "an audit event did not get to syslog");
    process.log(std::move(log).finish());
  });
}

}  // namespace

std::string_view name_of(Event event) { return kind_of(event).name; }

std::optional<Event> event_named(std::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& kind) { return kind.name == name; });
  return found == std::end(kKinds) ? std::nullopt : std::optional(found->event);
}

Severity severity_of(Event event) { return kind_of(event).severity; }

Severity severity_of(std::string_view event) {
  const auto known = event_named(event);
  return known ? severity_of(*known) : Severity::warning;
}

std::string_view name_of(Severity severity) {
  constexpr std::string_view kNames[] = {"info", "warning", "critical"};
  return kNames[static_cast<int>(severity)];
}

std::string presentable(std::string_view user_agent) {
  return is_utf8(user_agent) ? std::string(cut_utf8(user_agent, kUserAgentBytes)) : std::string();
}

void record(db::Work& work, const Occasion& occasion, Event event, const Subject& subject) {
  refuse_when_late(occasion);
  work.before_commit([&occasion] { refuse_when_late(occasion); });
  const Kind& kind = kind_of(event);
  const std::string user_agent = presentable(occasion.user_agent);
  const std::string& address = occasion.address.raw();
  const auto detail = subject.detail.empty() ? std::nullopt : std::optional(subject.detail);
  if (kind.rows_of_a_flood == 0) {
    work.run(kRecord, {occasion.now, kind.name, subject.user, subject.session, address, user_agent, occasion.request_id,
                       subject.actor, subject.key, detail});
    return push(work, occasion, kind, subject);
  }
  const Bucket bucket = bucket_of(kind, occasion, subject);
  const std::int64_t minute = to_millis(occasion.now) / 60000;
  count(work, occasion, kind, bucket, minute);
  const auto rows = work.run(kRecordUnlessFlood, {occasion.now, kind.name, subject.user, subject.session, address,
                                                  user_agent, occasion.request_id, subject.actor, subject.key, detail,
                                                  bucket.key, minute, kind.rows_of_a_flood});
  if (rows > 0) push(work, occasion, kind, subject);
}

}  // namespace gatehouse::audit
