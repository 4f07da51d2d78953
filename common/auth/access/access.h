// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "auth/access/roles.h"
#include "base/list.h"
#include "base/result.h"

namespace gatehouse::access {

// Who may call an operation. There is no default: an operation without one does not compile, and what is not declared
// is denied.
class Access {
 public:
  // optional: nobody passes too, but a bad credential does not.
  enum class Kind { anonymous, optional, user, api_key, user_or_key };

  // Anybody; `why` is for the reader and for the API description.
  static constexpr Access anonymous(const char* why) { return {Kind::anonymous, why}; }
  // Anybody, and more for whoever is known, by login or by key.
  static constexpr Access optional(const char* why) { return {Kind::optional, why}; }
  // A person who has logged in.
  static constexpr Access user() { return {Kind::user, ""}; }
  // A program with an API key, or either.
  static constexpr Access api_key() { return {Kind::api_key, ""}; }
  static constexpr Access user_or_key() { return {Kind::user_or_key, ""}; }

  constexpr Access with_scopes(ScopeWords scopes) const {
    Access access = *this;
    access.scopes_ = scopes;
    return access;
  }
  constexpr Access with_permissions(PermissionSet permissions) const {
    Access access = *this;
    access.permissions_ = permissions;
    return access;
  }
  constexpr Access with_minimum_role(const char* role) const {
    Access access = *this;
    access.minimum_role_ = role;
    return access;
  }
  constexpr Access with_any_role(List<const char*, 4> roles) const {
    Access access = *this;
    access.roles_ = roles;
    return access;
  }
  // The password was typed not longer ago than this: for what must not be done with a session left open.
  constexpr Access with_fresh_login(minutes most) const {
    Access access = *this;
    access.fresh_login_ = most;
    return access;
  }
  // … and a second factor shown with it.
  constexpr Access with_second_factor() const {
    Access access = *this;
    access.second_factor_ = true;
    return access;
  }

  constexpr Kind kind() const { return kind_; }
  constexpr const char* why() const { return why_; }
  constexpr ScopeWords scopes() const { return scopes_; }
  constexpr PermissionSet permissions() const { return permissions_; }
  constexpr std::string_view minimum_role() const { return minimum_role_; }  // "": any
  constexpr const List<const char*, 4>& roles() const { return roles_; }     // empty: any
  constexpr minutes fresh_login() const { return fresh_login_; }             // 0: any age
  constexpr bool second_factor() const { return second_factor_; }

  constexpr bool needs_somebody() const { return kind_ != Kind::anonymous && kind_ != Kind::optional; }
  constexpr bool takes_logins() const { return kind_ != Kind::anonymous && kind_ != Kind::api_key; }
  constexpr bool takes_keys() const { return kind_ != Kind::anonymous && kind_ != Kind::user; }

 private:
  constexpr Access(Kind kind, const char* why) : kind_(kind), why_(why) {}

  Kind kind_;
  const char* why_;
  ScopeWords scopes_;
  PermissionSet permissions_;
  std::string_view minimum_role_;
  List<const char*, 4> roles_;
  minutes fresh_login_{0};
  bool second_factor_ = false;
};

// Somebody known, as far as their rights go.
struct Standing {
  std::string_view role;
  int place = 0;
  Rights rights;
  std::optional<milliseconds> since_login;  // nullopt: not by a login
  bool has_second_factor = false;           // the login, or the one that made the key
};

// What a login by the password alone is told where that is not enough.
Refusal needs_second_factor();

Result<Done> require_fresh_login(const Standing& standing, minutes most);

// Role first, then permissions, scopes, the second factor, and the login's age. The refusal names what is missing.
Result<Done> authorise(const Access& access, const Standing& standing, const RoleMap& map);

}  // namespace gatehouse::access
