// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "auth/principal/principal.h"
#include "auth/recovery/email_tokens.h"
#include "auth/users/users.h"

namespace gatehouse::recovery {

// Whether this account's logins wait until its address is confirmed (REQUIRE_VERIFIED_EMAIL).
bool must_wait(const Occasion& occasion, const users::Credentials& account);

// After every login that was refused, in the same time: `waiting` is the account whose password was right and whose
// address is not confirmed, which gets the mail again. Nothing at all where no login waits.
void remind(const Occasion& occasion, const users::Credentials* waiting, std::string_view login);

// The mail again, for whoever asks: by their session for their own account, or by an address. Nobody, verified already,
// or none of a person: the same answer after the same work.
Result<Done> request_verification(const Occasion& occasion, const Principal* known,
                                  const std::optional<std::string>& email);

// The mail that a new account begins with.
Offer welcome(const Occasion& occasion, const std::string& email);
void hand_over_welcome(db::Work& work, const Occasion& occasion, Offer& offer, UserId user);

// In its place where the address is somebody's: they are told. Its token is good for nothing.
Offer refuse_address(const Occasion& occasion, const std::string& email, const std::optional<UserId>& owner);

struct Confirmation {
  std::string token;
  std::optional<Secret> password;
};

// Whoever reads the mail says so, and that they are who the account belongs to: by its session or its password, which
// is throttled as at a login. So nobody who has only the mailbox, or only the account, confirms. Nothing is reset.
// Of a change of address this is the moment that it is made; whoever else got the address meanwhile keeps it (409).
Result<Done> confirm(const Occasion& occasion, const Confirmation& confirmation, const Principal* known);

}  // namespace gatehouse::recovery
