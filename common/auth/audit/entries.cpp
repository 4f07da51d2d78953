// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/entries.h"

#include <array>
#include <limits>

#include "auth/audit/audit.h"
#include "auth/audit/entries_sql.h"
#include "auth/process.h"
#include "base/encoding.h"

namespace gatehouse::audit {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kPlaceBytes = 16;

void append_number(std::string& bytes, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>((bits >> shift) & 0xff);
}

std::int64_t number_at(std::string_view bytes, std::size_t at) {
  std::uint64_t bits = 0;
  for (std::size_t i = at; i < at + 8; ++i) bits = (bits << 8) | static_cast<unsigned char>(bytes[i]);
  return static_cast<std::int64_t>(bits);
}

std::int64_t first_of(const Filter& filter) { return filter.since ? to_millis(*filter.since) : kLeast; }
std::int64_t last_of(const Filter& filter) { return filter.until ? to_millis(*filter.until) - 1 : kMost; }

db::Rows query_page(db::Database& database, const Filter& filter, const Place& before, std::int64_t limit) {
  const std::int64_t first = first_of(filter);
  const std::int64_t last = std::min(last_of(filter), before.at);
  // At the last millisecond itself only where the page before this one ended there.
  const std::int64_t id = last == before.at ? before.id : kMost;
  if (filter.user) {
    return database.query(kPageOfUser, {*filter.user, first, last, last, id, filter.event, filter.event, limit});
  }
  if (filter.event) return database.query(kPageOfEvent, {*filter.event, first, last, last, id, limit});
  return database.query(kPage, {first, last, last, id, limit});
}

template <class Id>
std::optional<Id> id_of(const std::optional<std::string>& raw) {
  return raw ? Id::from_bytes(*raw) : std::nullopt;
}

std::optional<UserId> user_of(const std::optional<std::int64_t>& id) {
  return id ? std::optional(UserId{*id}) : std::nullopt;
}

}  // namespace

Entry entry_of(const Row& row) {
  return {.id = row.id,
          .at = from_millis(row.at),
          .event = row.event,
          .severity = std::string(name_of(severity_of(row.event))),
          .user = user_of(row.user_id),
          .actor = user_of(row.actor_id),
          .session = id_of<SessionId>(row.session_id),
          .key = id_of<KeyId>(row.key_id),
          .address = Address::from_raw(row.address).text(),
          .user_agent = row.user_agent,
          .request_id = row.request_id,
          .detail = row.detail};
}

std::string json_line(const Entry& entry) { return json::write_shape(kEntry, entry) + "\n"; }

std::string Place::text() const {
  std::string bytes;
  append_number(bytes, at);
  append_number(bytes, id);
  return to_base64url(bytes);
}

std::optional<Place> Place::parse(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != kPlaceBytes) return std::nullopt;
  return Place{number_at(*bytes, 0), number_at(*bytes, 8)};
}

Page page(const Occasion& occasion, const Filter& filter, const std::optional<Place>& after, std::int64_t limit) {
  db::Rows rows = query_page(occasion.database(), filter, after.value_or(Place{kMost, kMost}), limit + 1);
  Page page;
  while (rows.next()) {
    if (static_cast<std::int64_t>(page.entries.size()) == limit) {
      page.next = Place{to_millis(page.entries.back().at), page.entries.back().id};
      break;
    }
    page.entries.push_back(entry_of(read_row(rows)));
  }
  return page;
}

void for_each(const Occasion& occasion, const Filter& filter, const std::function<void(const Entry&)>& each) {
  const std::int64_t last = last_of(filter);
  Place reached{first_of(filter), kLeast};
  for (bool is_more = true; is_more;) {
    is_more = false;
    db::Rows rows = occasion.database().query(
        kExport, {reached.at, last, reached.at, reached.id, filter.user, filter.user, filter.event, filter.event});
    while (rows.next()) {
      const Row row = read_row(rows);
      each(entry_of(row));
      reached = {row.at, row.id};
      is_more = true;
    }
  }
}

}  // namespace gatehouse::audit
