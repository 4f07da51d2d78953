// SPDX-License-Identifier: Apache-2.0
#include "auth/guard/destination.h"

namespace gatehouse::guard {

Result<Destination> destination_of(const Occasion& occasion, const Wish& wish) {
  const Refusal nowhere{.reason = Reason::invalid,
                        .detail = "this link leads nowhere",
                        .fields = {{"return", "must lead to the site, or to a page of ours"}}};
  if (wish.site.empty()) {
    const std::string path = wish.return_to.empty() ? "/" : wish.return_to;
    if (!is_path(path)) return nowhere;
    return Destination{.place = std::nullopt, .state = {}, .path = path};
  }
  const auto place = place_of(present_sites(occasion), wish.site, wish.return_to);
  if (!place || !is_nonce(wish.state)) return nowhere;
  return Destination{.place = place, .state = wish.state, .path = {}};
}

std::string way_to(const Occasion& occasion, const Destination& destination, const SessionId& session) {
  if (!destination.place) return destination.path;
  return destination.place->origin + kReturnPath +
         "?code=" + issue_code(occasion, session, *destination.place, destination.state);
}

}  // namespace gatehouse::guard
