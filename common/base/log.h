// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace gatehouse {

enum class Level { debug, info, warning, error };

// One line of JSON, escaped so that nothing a client sends can start another; written by one write(2), so that lines of
// many processes never mix. Secrets can't get in: there is no overload for Secret.
class LogLine {
 public:
  LogLine(Time now, Level level);

  LogLine& add(std::string_view key, std::string_view value);
  LogLine& add(std::string_view key, const char* value) { return add(key, std::string_view(value)); }
  LogLine& add(std::string_view key, std::int64_t value);
  LogLine& add_milliseconds(std::string_view key, std::int64_t microseconds);

  // "…}\n"
  std::string finish() &&;

 private:
  void key(std::string_view name);

  std::string text_;
};

// Where finished lines go: stderr in the product, a string in tests.
using LogSink = std::function<void(std::string_view line)>;
void write_to_stderr(std::string_view line);

}  // namespace gatehouse
