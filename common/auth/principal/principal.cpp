// SPDX-License-Identifier: Apache-2.0
#include "auth/principal/principal.h"

namespace gatehouse {

std::optional<Principal> principal_for(const Occasion& occasion, users::User user, std::string_view groups,
                                       const access::ScopeSet& scopes,
                                       std::variant<Principal::Login, Principal::ApiKey> credential) {
  const access::RoleMap& map = occasion.process.roles.present(occasion.database(), occasion.now);
  const std::vector<std::string> theirs = access::parse_groups(groups);
  const std::string_view amr = std::visit([](const auto& each) -> std::string_view { return each.amr; }, credential);
  auto reach = access::reach_of(occasion.settings(), map, user.role, theirs, amr);
  if (!reach) return std::nullopt;
  std::optional<access::Reach> more;
  if (reach->is_cut) more = access::full_reach_of(map, user.role, theirs);
  Principal principal{.user = std::move(user),
                      .role = std::move(reach->role),
                      .groups = std::move(reach->groups),
                      .place = reach->place,
                      .rights = std::move(reach->rights),
                      .credential = std::move(credential),
                      .with_second_factor = std::move(more)};
  principal.rights.scopes = principal.rights.scopes.within(scopes);
  return principal;
}

}  // namespace gatehouse
