// SPDX-License-Identifier: Apache-2.0
#include "auth/recovery/reset.h"

#include "auth/audit/audit.h"
#include "auth/outbox/notices.h"
#include "auth/passwords/passwords.h"
#include "auth/recovery/recovery_sql.h"
#include "auth/sessions/endings.h"
#include "auth/throttle/throttle.h"
#include "auth/users/users_rules.h"

namespace gatehouse::recovery {
namespace {

using audit::Event;

std::optional<Recipient> account_of(const Occasion& occasion, const std::string& email) {
  db::Rows row = occasion.database().query(kAccountByEmail, {users::canonical_email(email)});
  return row.next() ? std::optional(Recipient{row.user_id(0), row.text(1)}) : std::nullopt;
}

// Whoever prepared an account for somebody else's address loses all they put into it.
void clear(db::Work& work, const Occasion& occasion, UserId user) {
  api_keys::end_all(work, occasion, user);
  if (work.run(kRemoveTotp, {user}) > 0) {
    audit::record(work, occasion, Event::second_factor_removed,
                  {.user = user, .detail = "with all of a never confirmed account"});
  }
  work.run(kRemoveRecoveryCodes, {user});
  throttle::forget_addresses(work, throttle::subject_of(user));
}

}  // namespace

Result<Done> request_reset(const Occasion& occasion, const std::string& email) {
  if (!outbox::is_on(occasion.settings())) return sends_no_mail();
  const auto to = account_of(occasion, email);
  const Offer made =
      offer(occasion, Purpose::reset, outbox::Topic::reset_password, to, "reset " + users::canonical_email(email));
  const auto user = to ? std::optional(to->user) : std::nullopt;
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    hand_over(work, occasion, made);
    audit::record(work, occasion, Event::password_reset_requested, {.user = user});
    return Done{};
  });
}

Result<std::vector<api_keys::Kept>> reset_password(const Occasion& occasion, const Reset& reset) {
  // Before the hash, which nobody makes us do for nothing; whether the token is good is decided in the unit.
  const auto token = find(occasion, Purpose::reset, reset.token);
  if (!token || token->purpose != Purpose::reset) return bad_token();
  const auto good = passwords::judge_new(occasion, "new_password", reset.fresh, token->username);
  if (!good) return good.refusal();
  const auto hash = passwords::hash(occasion, reset.fresh);
  if (!hash) return hash.refusal();
  const auto notice = outbox::news(occasion, outbox::Topic::password_reset, token->user);
  const TokenId claim = TokenId::draw(occasion.random());
  const UserId user = token->user;
  const bool is_of_a_mail = !token->email.empty();
  return occasion.database().unit([&](db::Work& work) -> Result<std::vector<api_keys::Kept>> {
    const auto held = hold(work, user);
    const bool is_same_address =
        held && (!is_of_a_mail || users::canonical_email(held->email) == users::canonical_email(token->email));
    if (!is_same_address || !consume(work, occasion, *token, claim)) {
      if (was_consumed(work, *token, claim)) return api_keys::kept(work, occasion, user);
      return bad_token();
    }
    const bool had_one = work.run(kSetPassword, {*hash, occasion.now, user}) > 0;
    if (!had_one) work.run(kFirstPassword, {user, *hash, occasion.now});
    sessions::end_all(work, occasion, user, "password_reset");
    throttle::forget_all(work, throttle::subject_of(user));
    end_tokens(work, occasion, user);
    // Who has the mailbox of an address that nobody confirmed; the operator's token proves no mailbox.
    const bool takes_over = !held->is_verified && is_of_a_mail;
    if (takes_over) clear(work, occasion, user);
    if (!takes_over && reset.end_api_keys) api_keys::end_all(work, occasion, user);
    if (takes_over) {
      work.run(kSetVerified, {occasion.now, user});
      audit::record(work, occasion, Event::email_verified, {.user = user});
    }
    outbox::post(work, occasion, notice);
    audit::record(work, occasion, Event::password_reset,
                  {.user = user, .detail = is_of_a_mail ? "by mail" : "by the operator's token"});
    return api_keys::kept(work, occasion, user);
  });
}

Result<Secret> make_reset_token(const Occasion& occasion, UserId user) {
  if (!occasion.database().query(kIsPerson, {user}).next()) {
    return Refusal{Reason::conflict, "the account is deactivated, or a program's, which has no password"};
  }
  Offer made = offer_without_mail(occasion, Purpose::reset, {user, ""});
  occasion.database().unit([&](db::Work& work) {
    hand_over(work, occasion, made);
    audit::record(work, occasion, Event::password_reset_requested, {.user = user, .detail = "by the operator"});
    return Done{};
  });
  return std::move(made.text);
}

}  // namespace gatehouse::recovery
