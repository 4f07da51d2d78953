// SPDX-License-Identifier: Apache-2.0
#include "auth/users/users.h"

#include <vector>

#include "auth/audit/audit.h"
#include "auth/census/census.h"
#include "auth/passwords/passwords.h"
#include "auth/recovery/verification.h"
#include "auth/users/users_rules.h"
#include "auth/users/users_sql.h"
#include "base/failure.h"
#include "base/text.h"

namespace gatehouse::users {
namespace {

Refusal invalid(const char* field, std::string_view why) {
  return {.reason = Reason::invalid, .detail = "some fields are wrong", .fields = {{field, std::string(why)}}};
}

Refusal taken(const char* what) { return {Reason::conflict, std::string(what) + " is taken"}; }

// The names to try, in order. Drawn before the unit, since it may be run again.
std::vector<std::string> username_candidates(const Occasion& occasion, const NewUser& wanted) {
  if (wanted.username) return {*wanted.username};
  std::vector<std::string> names;
  if (std::string plain = username_from_email(wanted.email, ""); is_usable_username(plain)) {
    names.push_back(std::move(plain));
  }
  for (int i = 0; i < 3; ++i) {
    std::array<unsigned char, 3> noise;
    occasion.random().fill(noise);
    names.push_back(username_from_email(wanted.email, "-" + to_hex(bytes_of(noise))));
  }
  return names;
}

// What of it somebody has. An address can be kept for somebody who has another now.
struct Taken {
  bool username;
  bool email;
  std::optional<UserId> owner;
};

Taken who_has(const Occasion& occasion, std::string_view username_key, std::string_view email_key) {
  db::Rows row = occasion.database().query(kWhoHas, {username_key, email_key, email_key, occasion.now});
  row.next();
  const auto owner = row.is_null(1) ? std::nullopt : std::optional(row.user_id(1));
  return {.username = row.boolean(0), .email = owner || row.boolean(2), .owner = owner};
}

enum class Kind { person, service };
// Whoever registers may type anybody's address; an operator's word is taken.
enum class By { themselves, the_operator };

// What is there before the row is: its password judged and hashed.
struct Newborn {
  BirthId birth;
  std::string username;
  std::string hash;  // of a service: none
};

Result<Newborn> conceive(const Occasion& occasion, const NewUser& wanted, std::string username, Kind kind) {
  const bool is_service = kind == Kind::service;
  const auto hash = is_service ? Result<std::string>("") : passwords::hash(occasion, wanted.password);
  if (!hash) return hash.refusal();
  return Newborn{BirthId::draw(occasion.random()), std::move(username), *hash};
}

Result<Done> judge_password(const Occasion& occasion, const NewUser& wanted, Kind kind) {
  if (kind == Kind::service) return Done{};
  const std::string name = wanted.username.value_or(wanted.email.substr(0, wanted.email.find('@')));
  return passwords::judge_new(occasion, "password", wanted.password, name);
}

// False: somebody has the name or the address, or an earlier run of this unit committed and its answer was lost.
bool insert(db::Work& work, const Occasion& occasion, const NewUser& wanted, const Newborn& child) {
  return work.claim(kInsertUser,
                    {child.birth, child.username, canonical_username(child.username), wanted.email,
                     canonical_email(wanted.email), wanted.full_name, occasion.now, occasion.now, wanted.language});
}

// All that goes with the row of `user`.
void settle(db::Work& work, const Occasion& occasion, const User& user, const Newborn& child, Kind kind) {
  if (user.is_verified) work.run(kSetVerified, {user.id});
  if (user.role != access::kUser) work.run(kSetRole, {user.role, user.id});
  if (kind == Kind::service) work.run(kSetService, {user.id});
  if (kind == Kind::person) work.run(kInsertPassword, {user.id, child.hash, occasion.now});
  census::enter(work, user.id, {user.role, true});
  audit::record(work, occasion, audit::Event::user_registered, {.user = user.id});
}

User new_user(UserId id, const Occasion& occasion, const NewUser& wanted, const Newborn& child, std::string_view role,
              By by) {
  return {.id = id,
          .username = child.username,
          .email = wanted.email,
          .full_name = wanted.full_name,
          .role = std::string(role),
          .is_active = true,
          .is_verified = by == By::the_operator,
          .created_at = occasion.now,
          .updated_at = occasion.now,
          .language = wanted.language};
}

// What a new account is made as.
struct Birth {
  std::string_view role;
  Kind kind;
  By by;
  bool is_secret = false;  // REGISTRATION_HIDES_EMAIL: nobody is told whether the address was free
};

// The name for it: the first that is free. Where it is secret, a name that is taken is still told, and nothing else.
Result<std::string> choose_username(const Occasion& occasion, const NewUser& wanted, bool is_secret, Taken& taken_by) {
  const std::string email_key = canonical_email(wanted.email);
  for (std::string& candidate : username_candidates(occasion, wanted)) {
    taken_by = who_has(occasion, canonical_username(candidate), email_key);
    if (taken_by.email && !is_secret) return taken("email");
    if (!taken_by.username) return std::move(candidate);
  }
  return taken("username");
}

// The mail of a registration: to who registers, or, where the address is somebody's, to them.
std::optional<recovery::Offer> letter_for(const Occasion& occasion, const NewUser& wanted, const Birth& birth,
                                          const Taken& taken_by) {
  if (birth.by == By::the_operator || !outbox::is_on(occasion.settings())) return std::nullopt;
  if (taken_by.email) return recovery::refuse_address(occasion, wanted.email, taken_by.owner);
  return recovery::welcome(occasion, wanted.email);
}

Result<std::optional<User>> create(const Occasion& occasion, const NewUser& wanted, const Birth& birth) {
  if (const auto good = judge_password(occasion, wanted, birth.kind); !good) return good.refusal();
  Taken taken_by{};
  auto username = choose_username(occasion, wanted, birth.is_secret, taken_by);
  if (!username) return username.refusal();

  // All of the slow and the random before the unit; the unique keys have the last word inside it.
  const auto child = conceive(occasion, wanted, std::move(*username), birth.kind);
  if (!child) return child.refusal();
  auto letter = letter_for(occasion, wanted, birth, taken_by);
  auto made = occasion.database().unit([&](db::Work& work) -> Result<std::optional<User>> {
    // An address that was somebody's, or is kept for them, gets into no row, though it may be free by now.
    const bool inserted = !taken_by.email && insert(work, occasion, wanted, *child);
    db::Rows own = work.query(kFindByBirth, {canonical_username(child->username), child->birth});
    const bool exists = own.next();
    if (!exists) {
      if (letter && taken_by.email) recovery::hand_over(work, occasion, *letter);
      return taken_by.email ? Result<std::optional<User>>(std::nullopt)
                            : taken("username or email");  // by somebody who was faster
    }
    User user = new_user(own.user_id(0), occasion, wanted, *child, birth.role, birth.by);
    // Not inserted, yet there: an earlier run of this unit committed and its answer was lost.
    if (inserted) settle(work, occasion, user, *child, birth.kind);
    if (inserted && letter) recovery::hand_over_welcome(work, occasion, *letter, user.id);
    return std::optional(std::move(user));
  });
  if (made && birth.is_secret) made->reset();
  return made;
}

Credentials read_credentials(const db::Rows& row) {
  return {.id = row.user_id(0),
          .username = row.text(1),
          .role = row.text(2),
          .groups = access::parse_groups(row.optional_text(5).value_or("")),
          .is_active = row.boolean(3),
          .password_hash = row.optional_text(4).value_or(""),
          .last_login_at = row.optional_time(6),
          .updated_at = row.time(7),
          .factor_confirmed_at = row.optional_time(8),
          .email = row.text(9),
          .is_verified = row.boolean(10)};
}

Result<User> create_by_operator(const Occasion& occasion, const NewUser& wanted, std::string_view role, Kind kind) {
  auto made = create(occasion, wanted, {.role = role, .kind = kind, .by = By::the_operator});
  if (!made) return made.refusal();
  return std::move(**made);
}

bool is_role(const Occasion& occasion, std::string_view role) {
  return occasion.process.roles.present(occasion.database(), occasion.now).find(role) != nullptr;
}

}  // namespace

Result<std::optional<User>> register_user(const Occasion& occasion, const NewUser& wanted) {
  switch (occasion.settings().registration) {
    case Registration::open:
    case Registration::verified: break;
    case Registration::invite: return Refusal{Reason::forbidden, "registration is by invitation only"};
    case Registration::closed: return Refusal{Reason::forbidden, "registration is closed"};
  }
  if (wanted.username && is_reserved(canonical_username(*wanted.username))) {
    return invalid("username", "is reserved");
  }
  return create(occasion, wanted,
                {.role = access::kUser,
                 .kind = Kind::person,
                 .by = By::themselves,
                 .is_secret = occasion.settings().registration_hides_email});
}

Result<User> add_user(const Occasion& occasion, const NewUser& wanted, std::string_view role) {
  if (!is_role(occasion, role)) return invalid("role", "is no role of this installation");
  return create_by_operator(occasion, wanted, role, Kind::person);
}

Result<User> add_service(const Occasion& occasion, const NewUser& wanted, std::string_view role) {
  if (!is_role(occasion, role)) return invalid("role", "is no role of this installation");
  return create_by_operator(occasion, wanted, role, Kind::service);
}

Result<User> begin(db::Work& work, const Occasion& occasion, const NewUser& wanted, std::string_view role) {
  if (const auto good = judge_password(occasion, wanted, Kind::person); !good) return good.refusal();
  const auto child = conceive(occasion, wanted, *wanted.username, Kind::person);
  if (!child) return child.refusal();
  insert(work, occasion, wanted, *child);
  // Where a cluster counts otherwise.
  constexpr UserId kFirst{1};
  work.run(kSetFirstId, {kFirst, canonical_username(child->username), child->birth});
  User user = new_user(kFirst, occasion, wanted, *child, role, By::the_operator);
  settle(work, occasion, user, *child, Kind::person);
  return user;
}

User read_user(const db::Rows& row, unsigned first, UserId id) {
  return {.id = id,
          .username = row.text(first),
          .email = row.text(first + 1),
          .full_name = row.optional_text(first + 2),
          .role = row.text(first + 3),
          .is_active = row.boolean(first + 4),
          .is_verified = row.boolean(first + 5),
          .created_at = row.time(first + 6),
          .updated_at = row.time(first + 7),
          .language = row.optional_text(first + 8)};
}

std::string canonical_login(std::string_view login) {
  return login.find('@') == std::string_view::npos ? canonical_username(login) : canonical_email(login);
}

std::optional<Credentials> find_credentials(const Occasion& occasion, std::string_view login) {
  // A user name never holds an '@', so no name can shadow somebody's address.
  const bool by_email = login.find('@') != std::string_view::npos;
  db::Rows row =
      occasion.database().query(by_email ? kCredentialsByEmail : kCredentialsByName, {canonical_login(login)});
  return row.next() ? std::optional(read_credentials(row)) : std::nullopt;
}

std::optional<State> hold(db::Work& work, UserId user) {
  db::Rows row = work.query(kHold, {user});
  if (!row.next()) return std::nullopt;
  return State{row.text(0), row.boolean(1)};
}

bool is_another_super_admin_active(db::Work& work, UserId user) {
  return work.query(kAnotherSuperAdmin, {user}).next();
}

void upgrade_password_hash(db::Work& work, const Credentials& checked, std::string_view better_hash) {
  work.run(kReplacePassword, {better_hash, checked.id, checked.password_hash});
}

}  // namespace gatehouse::users
