// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "auth/sessions/sessions.h"

// What people do to their own account while signed in.
namespace gatehouse::accounts {

struct ProfileChange {
  std::optional<std::string> full_name;  // empty: none from now on
  std::optional<std::string> email;
  std::optional<std::string> language;
};

// A new email is not verified, and takes a login not older than ten minutes. 409 when somebody has it.
Result<users::User> change_profile(const Occasion& occasion, const Principal& principal, const ProfileChange& change);

struct PasswordChange {
  Secret current;
  Secret fresh;
};

// All sessions end, this one too. A wrong current password is throttled and counted like a login's.
Result<Done> change_password(const Occasion& occasion, const Principal& principal, const PasswordChange& change);

// Soft: the row stays and with it the name, which is never free again; every session ends.
// 409 for the last super_admin, without whom nobody could make another.
Result<Done> deactivate(const Occasion& occasion, const Principal& principal);

}  // namespace gatehouse::accounts
