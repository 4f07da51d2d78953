// SPDX-License-Identifier: Apache-2.0
#include "auth/recovery/email_change.h"

#include "auth/audit/audit.h"
#include "auth/recovery/recovery_sql.h"
#include "auth/sessions/endings.h"
#include "auth/users/users_rules.h"

namespace gatehouse::recovery {
namespace {

using audit::Event;
using outbox::Addressee;
using outbox::Topic;

Refusal taken_meanwhile() { return {Reason::conflict, "the address is another account's now"}; }

// To whom it goes, and about what: of somebody else's address, its owner is told.
struct Errand {
  Topic topic;
  Addressee to;
};

Errand errand(const Occasion& occasion, UserId user, const std::string& email, const std::string& asked) {
  const std::string key = users::canonical_email(email);
  db::Rows owner = occasion.database().query(kOwner, {key});
  const bool is_reserved = occasion.database().query(kIsReserved, {key, occasion.now, user}).next();
  const bool is_somebody_elses = owner.next() && owner.user_id(0) != user;
  if (is_somebody_elses && owner.boolean(1)) return {Topic::address_in_use, Addressee::account(owner.user_id(0))};
  if (is_somebody_elses || is_reserved) return {Topic::address_in_use, nobody(asked)};
  return {Topic::change_email, Addressee::at(user, email)};
}

}  // namespace

Result<Offer> prepare_change(const Occasion& occasion, const Principal& principal, const std::string& email) {
  if (!outbox::is_on(occasion.settings())) return sends_no_mail();
  const UserId user = principal.user.id;
  // Of one address the outbox counts; here one account, whatever the addresses.
  const Rate& most = occasion.settings().mail_limit;
  db::Rows recent = occasion.database().query(kRecentChanges, {user, occasion.now - most.period});
  recent.next();
  if (recent.integer(0) >= most.requests) {
    return Refusal{.reason = Reason::too_many_requests,
                   .detail = "the address was to be changed too often; try again later",
                   .retry_after = most.period};
  }
  const std::string asked = "change " + users::canonical_email(email);
  Errand made = errand(occasion, user, email, asked);
  return offer(occasion, Purpose::change, made.topic, std::move(made.to), Recipient{user, email}, asked);
}

Result<Done> make_change(db::Work& work, const Occasion& occasion, const Change& change, const Held& before,
                         const std::optional<SessionId>& session) {
  const UserId user = change.token.user;
  const std::string key = users::canonical_email(change.token.email);
  const auto rows = work.run_unless_taken(kSetEmail, {change.token.email, key, occasion.now, user});
  if (!rows) {
    audit::record(work, occasion, Event::email_change_requested,
                  {.user = user, .session = session, .detail = "confirmed, and taken meanwhile"});
    return taken_meanwhile();
  }
  end_tokens(work, occasion, user);
  // An address that nobody ever confirmed may be a stranger's, by a slip of the pen: they get no say.
  if (before.is_verified && key != users::canonical_email(before.email)) hand_over(work, occasion, change.undo);
  audit::record(work, occasion, Event::email_changed, {.user = user, .session = session});
  return Done{};
}

Result<Done> undo_change(const Occasion& occasion, const std::string& text) {
  const auto token = find(occasion, Purpose::undo, text);
  if (!token || token->purpose != Purpose::undo) return bad_token();
  const UserId user = token->user;
  const Offer reset = offer(occasion, Purpose::reset, Topic::reset_password, Recipient{user, token->email}, "");
  const TokenId claim = TokenId::draw(occasion.random());
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    const auto held = hold(work, user);
    if (!held || !consume(work, occasion, *token, claim)) {
      const bool is_done = was_consumed(work, *token, claim) && held && held->email == token->email;
      if (is_done) return Done{};
      return bad_token();
    }
    const auto rows =
        work.run_unless_taken(kSetEmail, {token->email, users::canonical_email(token->email), occasion.now, user});
    // Whoever is in must be out, also where the address can't be had back.
    work.run(kForgetPassword, {user});
    sessions::end_all(work, occasion, user, "email_change_undone");
    if (!rows) {
      audit::record(work, occasion, Event::email_change_undone, {.user = user, .detail = "not, for it was taken"});
      return taken_meanwhile();
    }
    end_tokens_since(work, occasion, user, token->created_at);
    hand_over(work, occasion, reset);
    audit::record(work, occasion, Event::email_change_undone, {.user = user});
    return Done{};
  });
}

}  // namespace gatehouse::recovery
