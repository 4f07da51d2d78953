// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/audit/rows.h"
#include "json/shape.h"

namespace gatehouse {

struct Occasion;

namespace audit {

// An audit row as people and their programs read it.
struct Entry {
  std::int64_t id = 0;
  Time at{};
  std::string event{};
  std::string severity{};
  std::optional<UserId> user{};
  std::optional<UserId> actor{};
  std::optional<SessionId> session{};
  std::optional<KeyId> key{};
  std::string address{};
  std::string user_agent{};
  std::string request_id{};
  std::optional<std::string> detail{};
};
Entry entry_of(const Row& row);

inline constexpr json::ShapeOf<Entry> kEntry{"AuditEntry",
                                             json::field<&Entry::id>("id"),
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

// One object a line; what JSON Lines are sent as.
inline constexpr const char* kJsonLines = "application/x-ndjson";
std::string json_line(const Entry& entry);

struct Filter {
  std::optional<std::string> event{};
  std::optional<UserId> user{};
  std::optional<Time> since{};  // and that moment
  std::optional<Time> until{};  // and not that moment
};

// Where a page ended. Its text means nothing to anybody else.
struct Place {
  std::int64_t at;
  std::int64_t id;

  std::string text() const;
  static std::optional<Place> parse(std::string_view text);
};

struct Page {
  std::vector<Entry> entries{};
  std::optional<Place> next{};  // where there is more
};

// Newest first.
Page page(const Occasion& occasion, const Filter& filter, const std::optional<Place>& after, std::int64_t limit);

// All of them, oldest first, a batch in memory at a time.
void for_each(const Occasion& occasion, const Filter& filter, const std::function<void(const Entry&)>& each);

}  // namespace audit
}  // namespace gatehouse
