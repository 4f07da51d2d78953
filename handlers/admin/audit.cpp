// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/audit.h"

#include <limits>

#include "auth/audit/entries.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "Read the audit trail, newest first; as JSON Lines where Accept says so.",
    .access = Access::user_or_key().with_scopes({Scope::admin}).with_permissions({Permission::view_audit_log}),
    .limit = Limit::general,
    .answers = {{200, audit::kEntry, Count::many}, {200, Document{audit::kJsonLines, "One entry a line."}}},
};

constexpr std::int64_t kUsualPage = 100;

std::string_view check_event(std::string_view text) {
  return audit::event_named(text) ? "" : "is not the name of an event";
}
std::string_view check_time(std::string_view text) { return from_rfc3339(text) ? "" : "is not a time in UTC"; }
std::string_view check_place(std::string_view text) { return audit::Place::parse(text) ? "" : "is of no page"; }

constexpr TextRule kEvent{.most = 40, .meaning = "such as login_failure", .check = check_event};
constexpr TextRule kTime{.most = 24, .meaning = "such as 2026-01-31T09:05:00Z", .check = check_time};
constexpr TextRule kCursor{.most = 22, .meaning = "as Link gives it for the next page", .check = check_place};
constexpr http::IntegerRule kUser{
    .least = 1, .most = std::numeric_limits<std::int64_t>::max(), .meaning = "of whom it is about"};
constexpr http::IntegerRule kLimit{.least = 1, .most = 500, .meaning = "entries of a page; 100 when left out"};

struct Query {
  std::optional<std::string> event;
  std::optional<std::int64_t> user_id;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<std::string> cursor;
  std::optional<std::int64_t> limit;
};
Query read(Input& in) {
  return {.event = in.optional_text("event", kEvent),
          .user_id = in.optional_integer("user_id", kUser),
          .since = in.optional_text("since", kTime),
          .until = in.optional_text("until", kTime),
          .cursor = in.optional_text("cursor", kCursor),
          .limit = in.optional_integer("limit", kLimit)};
}

audit::Filter filter_of(const Query& query) {
  audit::Filter filter{.event = query.event};
  if (query.user_id) filter.user = UserId{*query.user_id};
  if (query.since) filter.since = from_rfc3339(*query.since);
  if (query.until) filter.until = from_rfc3339(*query.until);
  return filter;
}

// The same question, from that place on. No value of it needs escaping.
std::string link_to(const Query& query, const audit::Place& next) {
  std::string url = "/api/v1/admin/audit?cursor=" + next.text();
  if (query.event) url += "&event=" + *query.event;
  if (query.user_id) url += "&user_id=" + std::to_string(*query.user_id);
  if (query.since) url += "&since=" + *query.since;
  if (query.until) url += "&until=" + *query.until;
  if (query.limit) url += "&limit=" + std::to_string(*query.limit);
  return "<" + url + ">; rel=\"next\"";
}

Result<Response> list(Context& c, const Query& query) {
  const auto after = query.cursor ? audit::Place::parse(*query.cursor) : std::nullopt;
  const audit::Page page = audit::page(c, filter_of(query), after, query.limit.value_or(kUsualPage));
  Response response;
  if (c.accepts(audit::kJsonLines)) {
    std::string lines;
    for (const audit::Entry& entry : page.entries) lines += audit::json_line(entry);
    response = Response::document(audit::kJsonLines, std::move(lines));
  } else {
    response = Response::json_array(200, audit::kEntry, page.entries);
  }
  if (page.next) response.headers.push_back({"Link", link_to(query, *page.next)});
  return response;
}

}  // namespace

extern const Endpoint admin_audit{"/api/v1/admin/audit", {{kPolicy, read, list}}};
}  // namespace gatehouse::handlers
