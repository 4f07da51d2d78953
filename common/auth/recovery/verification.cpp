// SPDX-License-Identifier: Apache-2.0
#include "auth/recovery/verification.h"

#include "auth/audit/audit.h"
#include "auth/passwords/passwords.h"
#include "auth/recovery/email_change.h"
#include "auth/recovery/recovery_sql.h"
#include "auth/throttle/throttle.h"
#include "auth/users/users_rules.h"

namespace gatehouse::recovery {
namespace {

using audit::Event;
using outbox::Addressee;
using outbox::Topic;

bool is_same_address(std::string_view a, std::string_view b) {
  return users::canonical_email(a) == users::canonical_email(b);
}

// Who asks, as far as there is something to confirm; and in which words.
struct Asked {
  std::optional<Recipient> by;
  std::string words;
};

Result<Asked> who_asks(const Occasion& occasion, const Principal* known, const std::optional<std::string>& email) {
  if (known && !known->key()) {
    const users::User& user = known->user;
    Asked asked{.by = std::nullopt, .words = "verify " + users::canonical_email(user.email)};
    if (!user.is_verified) asked.by = Recipient{user.id, user.email};
    return asked;
  }
  if (!email) {
    return Refusal{.reason = Reason::invalid,
                   .detail = "some fields are wrong",
                   .fields = {{"email", "is needed from who is not signed in"}}};
  }
  Asked asked{.by = std::nullopt, .words = "verify " + users::canonical_email(*email)};
  db::Rows row = occasion.database().query(kAccountByEmail, {users::canonical_email(*email)});
  if (row.next() && !row.boolean(2)) asked.by = Recipient{row.user_id(0), row.text(1)};
  return asked;
}

// The caller's session of this account, which may change it; else the account's password. Which session it was.
Result<std::optional<SessionId>> prove_owner(const Occasion& occasion, const Confirmation& confirmation,
                                             const Principal* known, const Found& token) {
  const bool is_signed_in = known && !known->key();
  if (is_signed_in && known->user.id == token.user) {
    if (known->rights.scopes.contains(access::Scope::profile_write)) return std::optional(known->session());
    return Refusal{.reason = Reason::insufficient_scope,
                   .detail = "needs scope profile:write",
                   .scope = access::ScopeSet{access::Scope::profile_write}.text()};
  }
  if (!confirmation.password) {
    if (is_signed_in) return bad_token();
    return Refusal{Reason::unauthenticated, "this needs the account's session, or its password"};
  }
  db::Rows row = occasion.database().query(kPasswordHash, {token.user});
  const std::string stored = row.next() ? row.text(0) : "";
  const auto subject = throttle::subject_of(token.user);
  auto verdict = passwords::check_guess(occasion, stored, *confirmation.password, subject);
  if (!verdict) return verdict.refusal();
  if (verdict->right) return std::optional<SessionId>();
  throttle::record_failure(occasion, subject, verdict->guess, token.user);
  return Refusal{Reason::unauthenticated, "the password is wrong"};
}

}  // namespace

bool must_wait(const Occasion& occasion, const users::Credentials& account) {
  return occasion.settings().require_verified_email && !account.is_verified;
}

void remind(const Occasion& occasion, const users::Credentials* waiting, std::string_view login) {
  if (!occasion.settings().require_verified_email) return;
  const auto to = waiting ? std::optional(Recipient{waiting->id, waiting->email}) : std::nullopt;
  const Offer made =
      offer(occasion, Purpose::verify, Topic::verify_email, to, "login " + users::canonical_login(login));
  occasion.database().unit([&](db::Work& work) {
    hand_over(work, occasion, made);
    return Done{};
  });
}

Result<Done> request_verification(const Occasion& occasion, const Principal* known,
                                  const std::optional<std::string>& email) {
  if (!outbox::is_on(occasion.settings())) return sends_no_mail();
  const auto asked = who_asks(occasion, known, email);
  if (!asked) return asked.refusal();
  const Offer made = offer(occasion, Purpose::verify, Topic::verify_email, asked->by, asked->words);
  const auto user = asked->by ? std::optional(asked->by->user) : std::nullopt;
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    hand_over(work, occasion, made);
    audit::record(work, occasion, Event::verification_requested, {.user = user});
    return Done{};
  });
}

Offer welcome(const Occasion& occasion, const std::string& email) {
  return offer(occasion, Purpose::verify, Topic::verify_email, Addressee::at(std::nullopt, email),
               Recipient{UserId{}, email}, "");
}

Offer refuse_address(const Occasion& occasion, const std::string& email, const std::optional<UserId>& owner) {
  const std::string asked = "register " + users::canonical_email(email);
  return offer(occasion, Purpose::verify, Topic::address_in_use, owner ? Addressee::account(*owner) : nobody(asked),
               std::nullopt, asked);
}

void hand_over_welcome(db::Work& work, const Occasion& occasion, Offer& offer, UserId user) {
  offer.letter.to.user = user;
  offer.to->user = user;
  hand_over(work, occasion, offer);
}

Result<Done> confirm(const Occasion& occasion, const Confirmation& confirmation, const Principal* known) {
  const auto token = find(occasion, Purpose::verify, confirmation.token);
  if (!token || (token->purpose != Purpose::verify && token->purpose != Purpose::change)) return bad_token();
  const auto session = prove_owner(occasion, confirmation, known, *token);
  if (!session) return session.refusal();

  const UserId user = token->user;
  const bool is_change = token->purpose == Purpose::change;
  const std::string& old_email = token->account_email;
  const Change change{.token = *token,
                      .undo = offer(occasion, Purpose::undo, Topic::email_changed, Addressee::at(user, old_email),
                                    Recipient{user, old_email}, "")};
  const TokenId claim = TokenId::draw(occasion.random());
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    const auto held = hold(work, user);
    const bool is_as_it_was = held && is_same_address(held->email, is_change ? old_email : token->email);
    if (!is_as_it_was || !consume(work, occasion, *token, claim)) {
      const bool is_done = was_consumed(work, *token, claim) && held && is_same_address(held->email, token->email);
      if (is_done) return Done{};
      return bad_token();
    }
    if (is_change) return make_change(work, occasion, change, *held, *session);
    work.run(kSetVerified, {occasion.now, user});
    audit::record(work, occasion, Event::email_verified, {.user = user, .session = *session});
    return Done{};
  });
}

}  // namespace gatehouse::recovery
