// SPDX-License-Identifier: Apache-2.0
#include "auth/access/access.h"

#include <algorithm>

namespace gatehouse::access {
namespace {

Refusal needs_role(const std::string& role) { return {Reason::forbidden, "needs role " + role}; }

}  // namespace

Result<Done> require_fresh_login(const Standing& standing, minutes most) {
  if (standing.since_login && *standing.since_login <= most) return Done{};
  return Refusal{.reason = Reason::stale_login,
                 .detail = "needs a login not older than " + std::to_string(most.count()) + " minutes",
                 .max_age = most};
}

Refusal needs_second_factor() { return {Reason::step_up_required, "needs a login by two factors"}; }

Result<Done> authorise(const Access& access, const Standing& standing, const RoleMap& map) {
  if (!access.minimum_role().empty()) {
    // A role that was taken out of the map lets nobody pass.
    const Role* least = map.find(access.minimum_role());
    if (!least || standing.place < least->place) return needs_role(std::string(access.minimum_role()));
  }
  if (access.roles().size() > 0) {
    const bool has_one = std::any_of(access.roles().begin(), access.roles().end(),
                                     [&](const char* role) { return standing.role == role; });
    if (!has_one) return needs_role(*access.roles().begin());
  }
  if (const auto missing = access.permissions().without(standing.rights.permissions); !missing.empty()) {
    return Refusal{Reason::forbidden, "needs permission " + missing.text()};
  }
  if (const auto missing = access.scopes().without(standing.rights.scopes.words()); !missing.empty()) {
    return Refusal{.reason = Reason::insufficient_scope,
                   .detail = "needs scope " + missing.text(),
                   .scope = access.scopes().text()};
  }
  if (access.second_factor() && !standing.has_second_factor) return needs_second_factor();
  return access.fresh_login() > minutes(0) ? require_fresh_login(standing, access.fresh_login()) : Done{};
}

}  // namespace gatehouse::access
