// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/outbox/outbox.h"
#include "base/result.h"
#include "base/text_rule.h"
#include "crypto/hash.h"

// What is proved by reading a mail. A token is 256 bits, of which the database keeps a hash; it is used by one
// conditional UPDATE in the unit that acts on it, the newest of its purpose is the only one, and a change of password
// or address ends all but those that take an address back.
namespace gatehouse::recovery {

// verify: that an address is its account's. change: another address, to which the mail went. Both prove something only
// beside a session or a password, and are of one table. reset: another password. undo: the old address again. Both take
// an account over, and are of another, which few executables may write.
enum class Purpose { verify, reset, change, undo };
std::string_view name_of(Purpose purpose);

inline constexpr TextRule kToken{.least = 1, .most = 128, .meaning = "of the mail"};

// For every token that is not good, whatever the reason.
Refusal bad_token();
// Where MAIL_FROM is empty.
Refusal sends_no_mail();

// Who gets the mail and what it is about; nullopt where there is no such account, or none that may have it.
struct Recipient {
  UserId user;
  std::string email;
};

// A token and its mail, made before the unit. The same work for nobody: then it is good for nothing, and never sent.
struct Offer {
  Purpose purpose;
  outbox::Letter letter;
  Secret text;
  crypto::Digest hash;
  std::optional<Recipient> to;
  UserId nobody;  // a number that is no user's, by what was asked for
};
// `asked`: what somebody typed, which is stored nowhere. The mail is about the token, or, where it is address_in_use,
// about anything but.
Offer offer(const Occasion& occasion, Purpose purpose, outbox::Topic topic, outbox::Addressee addressee,
            const std::optional<Recipient>& to, std::string_view asked);
// To the account, or to nobody.
Offer offer(const Occasion& occasion, Purpose purpose, outbox::Topic topic, const std::optional<Recipient>& to,
            std::string_view asked);
// For the operator, who hands it over by other means.
Offer offer_without_mail(const Occasion& occasion, Purpose purpose, const Recipient& to);
// Nobody, for the same work; what was typed is not kept.
outbox::Addressee nobody(std::string_view asked);

// Inside a unit with an audit record. Whether the mail was posted; if not (MAIL_LIMIT) the older token stays good.
bool hand_over(db::Work& work, const Occasion& occasion, const Offer& offer);

// A token that is good, of somebody active.
struct Found {
  crypto::Digest hash;
  UserId user;
  Purpose purpose;
  std::string email;  // "": an operator's
  Time created_at;
  std::string username;
  std::string account_email;  // as it was when this was read
};
// In the table of this purpose.
std::optional<Found> find(const Occasion& occasion, Purpose purpose, std::string_view text);

// The account of a token, inside the unit that acts on it; it stays so until the unit ends.
struct Held {
  std::string email;
  bool is_verified;
};
std::optional<Held> hold(db::Work& work, UserId user);

// One conditional UPDATE decides. `claim`, drawn before the unit, tells an earlier run of it, its answer lost.
bool consume(db::Work& work, const Occasion& occasion, const Found& token, const TokenId& claim);
bool was_consumed(db::Work& work, const Found& token, const TokenId& claim);

// Inside the unit that takes an address back: all that came after `since`, the taking back of later changes too.
void end_tokens_since(db::Work& work, const Occasion& occasion, UserId user, Time since);
// Inside a unit that changes a password, or switches an account off.
void end_tokens(db::Work& work, const Occasion& occasion, UserId user);
// Inside a unit that takes an account away.
void remove_tokens(db::Work& work, UserId user);

}  // namespace gatehouse::recovery
