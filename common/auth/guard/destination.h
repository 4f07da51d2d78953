// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "auth/guard/guard.h"

namespace gatehouse::guard {

// Where a guarded host takes a code back: the front server's configuration hands this path to guard_return.
inline constexpr const char* kReturnPath = "/.gatehouse/return";

// What a sign-in page was asked for.
struct Wish {
  std::string site;       // "": a page of our own
  std::string state;      // of the browser that came from the site
  std::string return_to;  // the site's URL; or our own path, "" for the front page
};

// Where a sign-in leads: to a place on a site, by a code; or to a page of our own.
struct Destination {
  std::optional<Place> place;
  std::string state;
  std::string path;
};
Result<Destination> destination_of(const Occasion& occasion, const Wish& wish);

// The URL that brings this session there.
std::string way_to(const Occasion& occasion, const Destination& destination, const SessionId& session);

}  // namespace gatehouse::guard
