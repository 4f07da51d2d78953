// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Milliseconds since 1970 UTC, as stored in every BIGINT time column.
using Time = std::chrono::sys_time<milliseconds>;

inline std::int64_t to_millis(Time t) { return t.time_since_epoch().count(); }
inline Time from_millis(std::int64_t ms) { return Time{milliseconds{ms}}; }

// JWT dates are whole seconds; rounding down never lets a token live longer than was decided.
inline std::int64_t to_unix_seconds(Time t) { return std::chrono::floor<seconds>(t).time_since_epoch().count(); }
inline Time from_unix_seconds(std::int64_t s) { return Time{seconds{s}}; }

// "2026-01-31T09:05:00.250Z": the only form of a time that leaves the process.
std::string to_rfc3339(Time t);
// The same form, and with fewer or no digits behind the second; nullopt for any other.
std::optional<Time> from_rfc3339(std::string_view text);

// One request has one `now`, taken here by dispatch; nothing below it asks again.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() override { return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now()); }
};

}  // namespace gatehouse
