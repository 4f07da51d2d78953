// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "json/json.h"

namespace gatehouse::access {

enum class Scope { profile_read, profile_write, posts_read, posts_write, posts_delete, users_read, users_write, admin };

// In the order of their names' table; on the wire "profile:read posts:read" (RFC 6749 section 3.3).
class ScopeSet {
 public:
  constexpr ScopeSet() = default;
  constexpr ScopeSet(std::initializer_list<Scope> scopes) {
    for (const Scope scope : scopes) bits_ |= bit(scope);
  }
  static constexpr ScopeSet all() {
    ScopeSet set;
    set.bits_ = (bit(Scope::admin) << 1) - 1;
    return set;
  }
  // Unknown names are dropped: a client may ask for what this installation does not have.
  static ScopeSet parse(std::string_view text);

  std::string text() const;
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool contains(Scope scope) const { return (bits_ & bit(scope)) != 0; }
  constexpr ScopeSet within(ScopeSet other) const {
    ScopeSet set;
    set.bits_ = bits_ & other.bits_;
    return set;
  }
  constexpr ScopeSet without(ScopeSet other) const {
    ScopeSet set;
    set.bits_ = bits_ & ~other.bits_;
    return set;
  }
  bool operator==(const ScopeSet&) const = default;

 private:
  static constexpr std::uint32_t bit(Scope scope) { return 1U << static_cast<unsigned>(scope); }
  std::uint32_t bits_ = 0;
};

// A hierarchy: a minimum role lets the higher ones pass.
enum class Role { user, moderator, admin, super_admin };

std::string_view name_of(Role role);
std::optional<Role> role_named(std::string_view name);
inline void write(json::Writer& w, Role role) { w.string(name_of(role)); }

// What a person of this role may be granted at most.
ScopeSet grantable(Role role);

// What a login gets: what it asked for *and* may have; asked for nothing, all its role allows.
ScopeSet grant(Role role, std::optional<std::string_view> asked);

}  // namespace gatehouse::access
