// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "base/secret.h"
#include "json/json.h"

namespace gatehouse {
namespace {

template <class T>
concept Loggable = requires(LogLine& line, const T& value) {
  line.add("key", value);
};

TEST(LogLine, IsOneLineOfJson) {
  auto line = LogLine(from_millis(1769850300250), Level::warning);
  line.add("path", "/health").add("status", std::int64_t{200}).add_milliseconds("took", 1234005);
  EXPECT_EQ(std::move(line).finish(),
            "{\"time\":\"2026-01-31T09:05:00.250Z\",\"level\":\"warning\",\"path\":\"/health\",\"status\":200,"
            "\"took\":1234.005}\n");
}

TEST(LogLine, CanNotBeEndedByWhatAClientSends) {
  const struct {
    std::string_view sent;
    const char* written;
  } cases[] = {
      {"a\nb", "a\\u000ab"},
      {"\r\x1b[2J\x7f", "\\u000d\\u001b[2J\\u007f"},
      {"\",\"level\":\"x\\", "\\\",\\\"level\\\":\\\"x\\\\"},
      {std::string_view("a\0b", 3), "a\\u0000b"},
      {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
      {"\xfc\xc3\xbc", "\\u00fc\\u00c3\\u00bc"},  // not UTF-8: shown byte by byte
  };
  for (const auto& c : cases) {
    auto line = LogLine(from_millis(0), Level::info);
    line.add("sent", c.sent);
    const std::string text = std::move(line).finish();
    EXPECT_EQ(text, "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"info\",\"sent\":\"" + std::string(c.written) +
                        "\"}\n");
    EXPECT_EQ(text.find('\n'), text.size() - 1);
  }
}

TEST(LogLine, HasNoPlaceForASecret) {
  EXPECT_TRUE(Loggable<std::string_view>);
  EXPECT_FALSE(Loggable<Secret>);
}

}  // namespace
}  // namespace gatehouse
