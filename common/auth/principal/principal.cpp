// SPDX-License-Identifier: Apache-2.0
#include "auth/principal/principal.h"

namespace gatehouse {

std::optional<Principal> principal_for(const Occasion& occasion, users::User user, std::string_view groups,
                                       const access::ScopeSet& scopes,
                                       std::variant<Principal::Login, Principal::ApiKey> credential) {
  const access::RoleMap& map = occasion.process.roles.present(occasion.database(), occasion.now);
  const access::Role* role = map.find(user.role);
  if (!role) return std::nullopt;
  Principal principal{.user = std::move(user),
                      .groups = access::parse_groups(groups),
                      .place = role->place,
                      .rights = {},
                      .credential = credential};
  principal.rights = map.rights_of(*role, principal.groups);
  principal.rights.scopes = principal.rights.scopes.within(scopes);
  return principal;
}

}  // namespace gatehouse
