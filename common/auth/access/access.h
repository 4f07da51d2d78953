// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/access/scopes.h"
#include "base/result.h"

namespace gatehouse::access {

// Who may call an operation. There is no default: an operation without one does not compile, and what is not declared
// is denied.
class Access {
 public:
  enum class Kind { anonymous, user };

  // Anybody; `why` is for the reader and for the API description.
  static constexpr Access anonymous(const char* why) { return {Kind::anonymous, why}; }
  // Somebody signed in.
  static constexpr Access user() { return {Kind::user, ""}; }

  constexpr Access with_scopes(ScopeSet scopes) const {
    Access access = *this;
    access.scopes_ = scopes;
    return access;
  }
  constexpr Access with_minimum_role(Role role) const {
    Access access = *this;
    access.minimum_role_ = role;
    return access;
  }

  // The password was typed not longer ago than this: for what must not be done with a session left open.
  constexpr Access with_fresh_login(minutes most) const {
    Access access = *this;
    access.fresh_login_ = most;
    return access;
  }

  constexpr Kind kind() const { return kind_; }
  constexpr const char* why() const { return why_; }
  constexpr ScopeSet scopes() const { return scopes_; }
  constexpr Role minimum_role() const { return minimum_role_; }
  constexpr minutes fresh_login() const { return fresh_login_; }  // 0: any age

 private:
  constexpr Access(Kind kind, const char* why) : kind_(kind), why_(why) {}

  Kind kind_;
  const char* why_;
  ScopeSet scopes_;
  Role minimum_role_ = Role::user;
  minutes fresh_login_{0};
};

// Somebody known, as far as their rights go.
struct Standing {
  Role role;
  ScopeSet scopes;
  milliseconds since_login;
};

// Role first, then scopes, then the login's age. The refusal names what is missing.
Result<Done> authorise(const Access& access, const Standing& standing);

}  // namespace gatehouse::access
