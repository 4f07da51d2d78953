// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "auth/access/access.h"
#include "auth/access/assurance.h"
#include "auth/access/reach.h"
#include "auth/audit/audit.h"
#include "auth/users/users.h"
#include "base/failure.h"

namespace gatehouse {

// Whom a credential stands for, as of this request.
struct Principal {
  // A person's login, by access token or cookie.
  struct Login {
    SessionId session;
    Time authenticated_at;
    Time last_used_at;
    std::string amr;
  };
  struct ApiKey {
    KeyId id;
    std::int64_t requests_per_minute = 0;
    std::optional<Time> last_used_at;
    std::string amr;  // of the session that made it
  };

  users::User user;
  std::string role;  // as which they act: the user's, or less for want of a second factor (access::Reach)
  std::vector<std::string> groups;
  int place = 0;          // of that role in the hierarchy
  access::Rights rights;  // permissions of role and groups; of the credential's scopes those that these still allow
  std::variant<Login, ApiKey> credential;
  std::optional<access::Reach> with_second_factor{};  // what it would be with one, where that is more

  const ApiKey* key() const { return std::get_if<ApiKey>(&credential); }
  const Login& login() const {
    const auto* login = std::get_if<Login>(&credential);
    if (!login) bug("a person's login was asked for, but the policy lets keys in");
    return *login;
  }
  SessionId session() const { return login().session; }

  const std::string& amr() const { return key() ? key()->amr : login().amr; }

  bool may(access::Permission permission) const { return rights.permissions.contains(permission); }
  access::Standing standing(Time now) const {
    return {.role = role,
            .place = place,
            .rights = rights,
            .since_login = key() ? std::nullopt : std::optional<milliseconds>(now - login().authenticated_at),
            .has_second_factor = access::has_second_factor(amr())};
  }
  // For the audit trail: what was done by this credential, and to whom.
  audit::Subject on_record(std::optional<UserId> about, std::string detail) const {
    return {.user = about,
            .session = key() ? std::nullopt : std::optional(session()),
            .actor = about == user.id ? std::nullopt : std::optional(user.id),
            .key = key() ? std::optional(key()->id) : std::nullopt,
            .detail = std::move(detail)};
  }
};

// What a credential of these scopes is worth in this user's hands today; nullopt where their role is unknown, which
// grants nothing.
std::optional<Principal> principal_for(const Occasion& occasion, users::User user, std::string_view groups,
                                       const access::ScopeSet& scopes,
                                       std::variant<Principal::Login, Principal::ApiKey> credential);

}  // namespace gatehouse
