// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "endpoint/context.h"
#include "http/input.h"
#include "http/response.h"

namespace gatehouse {

// Which page of a list by ids is asked for: `limit` of those before `cursor`.
struct PageAsked {
  std::int64_t limit = 0;
  std::optional<std::int64_t> cursor;
};

inline constexpr http::IntegerRule kPageLimit{.least = 1, .most = 100, .meaning = "how many; left out: 20"};
inline constexpr http::IntegerRule kPageCursor{.least = 1,
                                               .most = std::numeric_limits<std::int64_t>::max(),
                                               .meaning = "which page, as the Link of the one before it says"};

inline PageAsked read_page(http::Input& in) {
  return {.limit = in.optional_integer("limit", kPageLimit).value_or(20),
          .cursor = in.optional_integer("cursor", kPageCursor)};
}

// RFC 8288: where the following page is, if there is one.
inline http::Response with_next_page(http::Response response, const Context& c, const std::string& path,
                                     const PageAsked& asked, std::optional<std::int64_t> next) {
  if (!next) return response;
  return std::move(response).with("Link", "<" + c.settings().public_url + path +
                                              "?limit=" + std::to_string(asked.limit) +
                                              "&cursor=" + std::to_string(*next) + ">; rel=\"next\"");
}

}  // namespace gatehouse
