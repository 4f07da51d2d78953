// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "harness.h"
#include "http/input.h"

namespace {

using namespace gatehouse;

constexpr TextRule kRule{.least = 1, .most = 20};

}  // namespace

// Names are unique, texts are clean, and a reader gets no field that breaks its rule unless the request is refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto pairs = http::parse_pairs(as_text(data, size));
  if (!pairs) return 0;
  for (std::size_t i = 0; i < pairs->size(); ++i) {
    must(is_utf8((*pairs)[i].first) && is_utf8((*pairs)[i].second));
    for (std::size_t j = 0; j < i; ++j) must((*pairs)[i].first != (*pairs)[j].first);
  }
  http::Input in(std::move(*pairs), {});
  const std::string name = in.text("a", kRule);
  const Secret secret = in.secret("b", kRule);
  in.optional_text("c", kRule);
  if (in.finish()) return 0;
  must(count_code_points(name) >= 1 && count_code_points(name) <= 20 && !secret.empty());
  return 0;
}
