// SPDX-License-Identifier: Apache-2.0
#include "base/rate.h"

#include <utility>

#include "base/text.h"

namespace gatehouse {
namespace {

constexpr std::pair<std::string_view, seconds> kUnits[] = {
    {"second", seconds(1)}, {"minute", minutes(1)}, {"hour", hours(1)}, {"day", days(1)}};

constexpr std::string_view kUncounted = "uncounted";

}  // namespace

std::optional<Rate> parse_rate(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto requests = parse_integer(text.substr(0, slash));
  if (!requests || *requests < 1 || *requests > kMostRequests) return std::nullopt;
  for (const auto& [unit, period] : kUnits) {
    if (text.substr(slash + 1) == unit) return Rate{*requests, period};
  }
  return std::nullopt;
}

std::string to_text(const Rate& rate) {
  std::string text = std::to_string(rate.requests) + "/";
  for (const auto& [unit, period] : kUnits) {
    if (period == rate.period) return text.append(unit);
  }
  return text + std::to_string(rate.period.count()) + " seconds";
}

std::string_view word_of(Limit limit) {
  const auto index = static_cast<std::size_t>(limit);
  return index < kLimits ? kLimitWords[index].word : kUncounted;
}

std::optional<Limit> limit_named(std::string_view word) {
  for (const LimitWords& words : kLimitWords) {
    if (word == words.word) return words.limit;
  }
  return word == kUncounted ? std::optional(Limit::uncounted) : std::nullopt;
}

}  // namespace gatehouse
