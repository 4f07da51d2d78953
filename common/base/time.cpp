// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include "base/text.h"

namespace gatehouse {
namespace {

void put_digits(std::string& text, std::size_t at, std::size_t digits, unsigned value) {
  for (; digits > 0; --digits, value /= 10) text[at + digits - 1] = static_cast<char>('0' + value % 10);
}

// The number in these digits; -1 where one is none.
int digits_at(std::string_view text, std::size_t at, std::size_t count) {
  int number = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (i >= text.size() || !is_digit(text[i])) return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

}  // namespace

// Digit by digit: each log line and most answers carry times, and printf takes ten times as long.
std::string to_rfc3339(Time t) {
  const auto day = std::chrono::floor<days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{t - day};
  std::string text = "0000-00-00T00:00:00.000Z";
  put_digits(text, 0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put_digits(text, 5, 2, static_cast<unsigned>(date.month()));
  put_digits(text, 8, 2, static_cast<unsigned>(date.day()));
  put_digits(text, 11, 2, static_cast<unsigned>(clock.hours().count()));
  put_digits(text, 14, 2, static_cast<unsigned>(clock.minutes().count()));
  put_digits(text, 17, 2, static_cast<unsigned>(clock.seconds().count()));
  put_digits(text, 20, 3, static_cast<unsigned>(clock.subseconds().count()));
  return text;
}

std::optional<Time> from_rfc3339(std::string_view text) {
  constexpr std::string_view kMarks = "    -  -  T  :  :  ";
  constexpr int kMostMillis[] = {0, 100, 10, 1};  // what one more digit is worth
  if (text.size() <= kMarks.size() || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i < kMarks.size(); ++i) {
    if (kMarks[i] != ' ' && kMarks[i] != text[i]) return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(digits_at(text, 0, 4)),
                                         std::chrono::month(static_cast<unsigned>(digits_at(text, 5, 2))),
                                         std::chrono::day(static_cast<unsigned>(digits_at(text, 8, 2)))};
  const int hour = digits_at(text, 11, 2);
  const int minute = digits_at(text, 14, 2);
  const int second = digits_at(text, 17, 2);
  const bool is_clock = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (digits_at(text, 0, 4) < 0 || !date.ok() || !is_clock) return std::nullopt;

  const std::string_view fraction = text.substr(kMarks.size(), text.size() - kMarks.size() - 1);
  int millis = 0;
  if (!fraction.empty()) {
    const std::size_t count = fraction.size() - 1;
    if (fraction[0] != '.' || count < 1 || count > 3 || digits_at(fraction, 1, count) < 0) return std::nullopt;
    millis = digits_at(fraction, 1, count) * kMostMillis[count];
  }
  return std::chrono::sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(millis);
}

}  // namespace gatehouse
