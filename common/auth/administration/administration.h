// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/audit/audit.h"
#include "auth/principal/principal.h"

// What is done to the accounts of others. The permission and the scope are the policies' to demand; here stands whom an
// administrator may touch at all: nobody above their own place, never a super_admin, and not themselves.
namespace gatehouse::administration {

// Who does it: a person signed in, or the operator at the command line, who may do everything and alone gives
// super_admin. On record the operator has no id, and no address either.
class Administrator {
 public:
  Administrator(const Principal& principal) : principal_(&principal) {}
  static Administrator the_operator() { return Administrator(); }

  bool is_operator() const { return !principal_; }
  bool is(UserId user) const { return principal_ && principal_->user.id == user; }
  bool is_below(int place) const { return principal_ && principal_->place < place; }
  // "" or the words that they don't have themselves, and so can't give.
  std::string lacks(const access::Rights& rights) const { return principal_ ? rights.beyond(principal_->rights) : ""; }
  // "Who", for the audit record of what is done to `user`.
  audit::Subject on_record(std::optional<UserId> user, std::string detail = "") const;

 private:
  Administrator() = default;
  const Principal* principal_ = nullptr;
};

// Whether they may touch the account of this user, whose role is this.
Result<Done> may_touch(const Occasion& occasion, const Administrator& who, UserId user, std::string_view role);

// 404 when there is nobody of this id; so for all below.
Result<users::User> read(const Occasion& occasion, UserId user);

struct Change {
  std::optional<std::string> full_name{};  // empty: none from now on
  std::optional<bool> is_active{};
  std::optional<bool> is_verified{};
};

// Who is deactivated loses every session and every API key at once. The last super_admin stays (409).
Result<users::User> change(const Occasion& occasion, const Administrator& who, UserId user, const Change& change);

// For good, with everything of theirs; the audit trail keeps the id, and the name is free again.
Result<Done> remove(const Occasion& occasion, const Administrator& who, UserId user);

// The sweep's: some of those who deleted their own account before this moment; and one of them for good, as remove()
// does, on record by number only. False: they came back meanwhile.
std::vector<UserId> deleted_before(const Occasion& occasion, Time before);
bool purge(const Occasion& occasion, UserId user, Time before);

// 422 when there is no such role; 403 above one's own place. A token that was minted before loses at once what the new
// role lacks.
Result<users::User> change_role(const Occasion& occasion, const Administrator& who, UserId user, std::string_view role);

// Takes back every count of failed logins, and with them the locks.
Result<Done> unlock(const Occasion& occasion, const Administrator& who, UserId user);

// The operator's: another password, whatever it was before. Ends every session, and takes back the locks.
Result<Done> set_password(const Occasion& occasion, UserId user, std::string_view username, const Secret& password);

// A lost second factor, and its recovery codes: from then on the password is enough. Every session ends. The owner is
// told by mail.
Result<Done> remove_factor(const Occasion& occasion, const Administrator& who, UserId user);

Result<Done> end_sessions(const Occasion& occasion, const Administrator& who, UserId user);

}  // namespace gatehouse::administration
