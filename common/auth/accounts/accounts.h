// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/api_keys/api_keys.h"
#include "auth/sessions/sessions.h"

// What people do to their own account while signed in.
namespace gatehouse::accounts {

struct ProfileChange {
  std::optional<std::string> full_name;  // empty: none from now on
  std::optional<std::string> email;
  std::optional<std::string> language;
};

// As it is from now on. A new email takes a login not older than ten minutes, and is one only when its reader confirms.
struct ProfileChanged {
  users::User user;
  bool is_email_awaited = false;
};
Result<ProfileChanged> change_profile(const Occasion& occasion, const Principal& principal,
                                      const ProfileChange& change);

struct PasswordChange {
  Secret current;
  Secret fresh;
  bool end_api_keys = false;
};

// All sessions end, this one too, and API keys where that is asked for; answers those that go on. A wrong current
// password is throttled and counted like a login's.
Result<std::vector<api_keys::Kept>> change_password(const Occasion& occasion, const Principal& principal,
                                                    const PasswordChange& change);

// Soft: the row stays and with it the name, which is never free again; every session ends.
// 409 for the last super_admin, without whom nobody could make another.
Result<Done> deactivate(const Occasion& occasion, const Principal& principal);

}  // namespace gatehouse::accounts
