// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "base/text.h"

namespace gatehouse {
namespace {

constexpr std::string_view kLevelNames[] = {"debug", "info", "warning", "error"};

void append_quoted(std::string& out, std::string_view value) {
  const bool readable = is_utf8(value);
  out += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f || (!readable && byte >= 0x80)) {
      char escape[7];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      out += escape;
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

LogLine::LogLine(Time now, Level level) {
  text_.reserve(384);
  text_ = '{';
  add("time", to_rfc3339(now));
  add("level", kLevelNames[static_cast<int>(level)]);
}

void LogLine::key(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  text_ += '"';
  text_ += name;
  text_ += "\":";
}

LogLine& LogLine::add(std::string_view name, std::string_view value) {
  key(name);
  append_quoted(text_, value);
  return *this;
}

LogLine& LogLine::add(std::string_view name, std::int64_t value) {
  key(name);
  text_ += std::to_string(value);
  return *this;
}

LogLine& LogLine::add_milliseconds(std::string_view name, std::int64_t microseconds) {
  key(name);
  char number[32];
  std::snprintf(number, sizeof number, "%lld.%03lld", static_cast<long long>(microseconds / 1000),
                static_cast<long long>(microseconds % 1000));
  text_ += number;
  return *this;
}

std::string LogLine::finish() && {
  text_ += "}\n";
  return std::move(text_);
}

void write_to_stderr(std::string_view line) {
  // A log that can't be written must not stop an answer; there is nowhere left to say so.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace gatehouse
