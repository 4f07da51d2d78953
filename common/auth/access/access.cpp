// SPDX-License-Identifier: Apache-2.0
#include "auth/access/access.h"

namespace gatehouse::access {

Result<Done> authorise(const Access& access, Role role, ScopeSet scopes) {
  if (role < access.minimum_role()) {
    return Refusal{Reason::forbidden, "needs role " + std::string(name_of(access.minimum_role()))};
  }
  if (const ScopeSet missing = access.scopes().without(scopes); !missing.empty()) {
    return Refusal{.reason = Reason::insufficient_scope,
                   .detail = "needs scope " + missing.text(),
                   .scope = access.scopes().text()};
  }
  return Done{};
}

}  // namespace gatehouse::access
