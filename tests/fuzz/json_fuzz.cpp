// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "harness.h"
#include "json/json.h"

namespace {

using namespace gatehouse;

void check_texts(const json::Value& value) {
  must(is_utf8(value.text) && value.text.find('\0') == std::string::npos);
  for (const json::Value& item : value.items) check_texts(item);
  for (const json::Member& member : value.members) {
    must(is_utf8(member.name));
    check_texts(member.value);
  }
}

}  // namespace

// What parses is clean text all through, and means the same when it is written and parsed again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = json::parse(as_text(data, size));
  must(parsed.value.has_value() == parsed.error.empty());
  if (!parsed.value) return 0;
  check_texts(*parsed.value);
  const std::string written = json::Writer().value(*parsed.value).take();
  const auto again = json::parse(written);
  must(again.value.has_value());
  must(json::Writer().value(*again.value).take() == written);
  return 0;
}
