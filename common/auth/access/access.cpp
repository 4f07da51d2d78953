// SPDX-License-Identifier: Apache-2.0
#include "auth/access/access.h"

namespace gatehouse::access {

Result<Done> authorise(const Access& access, const Standing& standing) {
  if (standing.role < access.minimum_role()) {
    return Refusal{Reason::forbidden, "needs role " + std::string(name_of(access.minimum_role()))};
  }
  if (const ScopeSet missing = access.scopes().without(standing.scopes); !missing.empty()) {
    return Refusal{.reason = Reason::insufficient_scope,
                   .detail = "needs scope " + missing.text(),
                   .scope = access.scopes().text()};
  }
  if (access.fresh_login() > minutes(0) && standing.since_login > access.fresh_login()) {
    return Refusal{
        .reason = Reason::stale_login,
        .detail = "needs a login not older than " + std::to_string(access.fresh_login().count()) + " minutes"};
  }
  return Done{};
}

}  // namespace gatehouse::access
