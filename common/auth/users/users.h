// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/access/roles.h"
#include "auth/process.h"
#include "base/result.h"
#include "base/text_rule.h"
#include "json/shape.h"

namespace gatehouse::users {

struct User {
  UserId id;
  std::string username;
  std::string email;
  std::optional<std::string> full_name;
  std::string role;
  bool is_active = false;
  bool is_verified = false;
  Time created_at;
  Time updated_at;
  std::optional<std::string> language;
};

inline constexpr json::ShapeOf<User> kUser{
    "User",
    json::field<&User::id>("id"),
    json::field<&User::username>("username"),
    json::field<&User::email>("email"),
    json::field<&User::full_name>("full_name"),
    json::field<&User::role>("role"),
    json::field<&User::is_active>("is_active"),
    json::field<&User::is_verified>("is_verified"),
    json::field<&User::created_at>("created_at"),
    json::field<&User::updated_at>("updated_at"),
    json::field<&User::language>("language"),
};

// A user as the queries of other folders read them: from column `first` on, in the order of
// User's members after the id.
User read_user(const db::Rows& row, unsigned first, UserId id);
inline constexpr unsigned kUserColumns = 9;

// What people may choose. The password's other half of the rule needs the user name and is judged by the use case.
extern const TextRule kUsername;
extern const TextRule kEmail;
extern const TextRule kFullName;
extern const TextRule kLanguage;
extern const TextRule kNewPassword;

// What a new account is made from. Without a user name one is made from the email's local part.
struct NewUser {
  std::string email;
  Secret password;
  std::optional<std::string> username;
  std::optional<std::string> full_name;
  std::optional<std::string> language{};
};

// Somebody registers themselves, if REGISTRATION lets them; where there is mail, with one to confirm the address. No
// user: REGISTRATION_HIDES_EMAIL, and whether there is an account now, or was one before, is said by mail only.
Result<std::optional<User>> register_user(const Occasion& occasion, const NewUser& wanted);

// An operator makes an account: any role there is, reserved names too, whatever REGISTRATION says. Its address is taken
// for confirmed; so is a service's, and the first account's.
Result<User> add_user(const Occasion& occasion, const NewUser& wanted, std::string_view role);
// An account that acts by API keys only: it has no password and never gets one.
Result<User> add_service(const Occasion& occasion, const NewUser& wanted, std::string_view role);

// The first account of an installation whose database can't be reached from here; its id is 1.
Result<User> begin(db::Work& work, const Occasion& occasion, const NewUser& wanted, std::string_view role);

// What a login needs to know of an account.
struct Credentials {
  UserId id;
  std::string username;
  std::string role;
  std::vector<std::string> groups;
  bool is_active;
  std::string password_hash;  // empty: the account has none
  std::optional<Time> last_login_at;
  Time updated_at;
  std::optional<Time> factor_confirmed_at;  // nullopt: no second factor
  std::string email{};
  bool is_verified = false;
};

// By user name or, where it holds an '@', by email; as typed.
std::optional<Credentials> find_credentials(const Occasion& occasion, std::string_view login);

// What a login is matched by: lower case, and of an email the canonical form. Never empty for something typed.
std::string canonical_login(std::string_view login);

// Inside a unit that changes who somebody is: their state, which then stays so until the unit ends. Whoever comes
// second waits, and sees what the first did.
struct State {
  std::string role;
  bool is_active;
};
std::optional<State> hold(db::Work& work, UserId user);

// Inside a unit that takes a super_admin away, or their activity: whether another stays, who then does until it ends.
bool is_another_super_admin_active(db::Work& work, UserId user);

// The same password, hashed anew.
void upgrade_password_hash(db::Work& work, const Credentials& checked, std::string_view better_hash);

}  // namespace gatehouse::users
