// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace gatehouse {

// How many requests in how long: "5/minute".
struct Rate {
  std::int64_t requests = 0;
  seconds period{};
};

inline constexpr std::int64_t kMostRequests = 1'000'000;
inline constexpr const char* kRateForm =
    "must be 1 to 1000000 requests a second, minute, hour or day, such as 5/minute";

// "5/minute", and nothing else; nullopt when it is none or out of bounds.
std::optional<Rate> parse_rate(std::string_view text);
std::string to_text(const Rate& rate);

// What is counted together. All endpoints of a class share one bucket for each address: else three URLs that take a
// password would be three times as many guesses.
enum class Limit {
  general,       // whatever is not named below
  login,         // takes a password, and answers a session
  registration,  // makes an account
  password,      // takes a password from somebody who has logged in
  refresh,       // each session by itself, counted in its row
  health,        // what a load balancer asks
  uncounted,     // by nobody: asked once for each page of another site
};

inline constexpr std::size_t kLimits = 6;  // that have a rate

struct LimitWords {
  Limit limit;
  const char* word;  // in --describe, tables, logs
  const char* key;   // in the configuration
  const char* fallback;
  const char* meaning;
};
// All that have a rate, by number.
inline constexpr std::array<LimitWords, kLimits> kLimitWords{{
    {Limit::general, "general", "RATE_LIMIT", "100/minute",
     "requests of one address, whatever has no limit of its own"},
    {Limit::login, "login", "LOGIN_RATE_LIMIT", "5/minute", "logins of one address"},
    {Limit::registration, "registration", "REGISTER_RATE_LIMIT", "3/hour", "registrations from one address"},
    {Limit::password, "password", "PASSWORD_RATE_LIMIT", "5/minute", "changes of a password from one address"},
    {Limit::refresh, "refresh", "REFRESH_RATE_LIMIT", "30/minute", "refreshes of one session, wherever they come from"},
    {Limit::health, "health", "HEALTH_RATE_LIMIT", "600/minute",
     "health checks of one address; counted by the front server only"},
}};

std::string_view word_of(Limit limit);
// nullopt for a word of another build.
std::optional<Limit> limit_named(std::string_view word);

}  // namespace gatehouse
