// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/seals_rules.h"

#include <algorithm>

namespace gatehouse::audit {
namespace {

constexpr std::string_view kDigestLabel("gatehouse audit digest 1\0", 25);
constexpr std::string_view kSealLabel("gatehouse audit seal 1\0", 23);
constexpr std::string_view kDropLabel("gatehouse audit drop 1\0", 23);
constexpr std::string_view kBlankLabel("gatehouse audit blank 1\0", 24);
constexpr std::uint32_t kNull = 0xffffffff;

// Big-endian, as everything here.
template <class Number>
void append(std::string& bytes, Number number) {
  for (int shift = 8 * static_cast<int>(sizeof number) - 8; shift >= 0; shift -= 8) {
    bytes += static_cast<char>((static_cast<std::uint64_t>(number) >> shift) & 0xff);
  }
}

void append_field(std::string& bytes, std::string_view value) {
  append(bytes, static_cast<std::uint32_t>(value.size()));
  bytes += value;
}

void append_field(std::string& bytes, std::int64_t value) {
  append(bytes, static_cast<std::uint32_t>(sizeof value));
  append(bytes, value);
}

template <class T>
void append_field(std::string& bytes, const std::optional<T>& value) {
  if (value) {
    append_field(bytes, *value);
  } else {
    append(bytes, kNull);
  }
}

Hour hour_of(std::int64_t at) { return std::chrono::floor<hours>(from_millis(at)).time_since_epoch().count(); }

}  // namespace

Hour newest_closed(Time now) { return hour_of(to_millis(now - hours(1))) - 1; }

Hour newest_older_than(Time now, days age) { return hour_of(to_millis(now - age)) - 1; }

std::string name_of_hour(Hour hour) { return to_rfc3339(from_millis(hour * kHourMillis)).substr(0, 13) + "Z"; }

Span span_of(Hour hour, const crypto::Digest& previous) {
  const bool is_first = previous == crypto::Digest{};
  return {is_first ? std::numeric_limits<std::int64_t>::min() : hour * kHourMillis, (hour + 1) * kHourMillis};
}

std::string encode(const Row& row) {
  std::string bytes;
  append_field(bytes, row.id);
  append_field(bytes, row.at);
  append_field(bytes, std::string_view(row.event));
  append_field(bytes, row.user_id);
  append_field(bytes, row.session_id);
  append_field(bytes, std::string_view(row.address));
  append_field(bytes, std::string_view(row.user_agent));
  append_field(bytes, std::string_view(row.request_id));
  append_field(bytes, row.actor_id);
  append_field(bytes, row.key_id);
  append_field(bytes, row.detail);
  return bytes;
}

std::string signed_bytes(const Seal& seal) {
  std::string bytes(kSealLabel);
  for (const std::int64_t number : {seal.hour, seal.row_count, seal.first_id, seal.last_id, seal.sealed_at}) {
    append(bytes, number);
  }
  bytes += bytes_of(seal.previous);
  bytes += bytes_of(seal.digest);
  return bytes;
}

std::string signed_bytes(const Drop& drop, const crypto::Digest& seal) {
  std::string bytes(kDropLabel);
  append(bytes, drop.hour);
  append(bytes, drop.dropped_at);
  bytes += bytes_of(seal);
  return bytes;
}

std::string signed_bytes(const Blank& blank, const crypto::Digest& seal) {
  std::string bytes(kBlankLabel);
  append(bytes, blank.hour);
  append(bytes, blank.blanked_at);
  bytes += bytes_of(blank.digest);
  bytes += bytes_of(seal);
  return bytes;
}

Content::Content(Hour hour, const crypto::Digest& previous) {
  seal_.hour = hour;
  seal_.previous = previous;
  std::string head(kDigestLabel);
  append(head, hour);
  head += bytes_of(previous);
  hasher_.add(head);
}

void Content::add(const Row& row) {
  hasher_.add(encode(row));
  seal_.first_id = seal_.row_count == 0 ? row.id : std::min(seal_.first_id, row.id);
  seal_.last_id = seal_.row_count == 0 ? row.id : std::max(seal_.last_id, row.id);
  ++seal_.row_count;
}

Seal Content::finish() {
  seal_.digest = hasher_.finish();
  return seal_;
}

}  // namespace gatehouse::audit
