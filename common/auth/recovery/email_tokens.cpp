// SPDX-License-Identifier: Apache-2.0
#include "auth/recovery/email_tokens.h"

#include <algorithm>
#include <cstring>

#include "auth/recovery/recovery_sql.h"
#include "auth/users/users.h"

namespace gatehouse::recovery {
namespace {

struct Table {
  const db::Statement& supersede;
  const db::Statement& find;
  const db::Statement& consume;
  const db::Statement& was_consumed;
};
const Table kProofs{kSupersede, kFind, kConsume, kWasConsumed};
const Table kRecoveries{kSupersedeRecovery, kFindRecovery, kConsumeRecovery, kWasConsumedRecovery};

struct Kind {
  Purpose purpose;
  std::string_view name;
  hours life;
  const Table& table;
};
const Kind kKinds[] = {
    {Purpose::verify, "verify", hours(24), kProofs},
    {Purpose::reset, "reset", hours(1), kRecoveries},
    {Purpose::change, "change", hours(24), kProofs},
    {Purpose::undo, "undo", hours(72), kRecoveries},
};

const Kind& kind_of(Purpose purpose) { return kKinds[static_cast<int>(purpose)]; }

crypto::Digest hash_of(std::string_view text) { return crypto::labelled_sha256("email token", text); }

// Spread as users are, so that requests for nobody wait for each other no more than those for somebody.
UserId nobody_of(const crypto::Digest& asked) {
  std::int64_t number = 0;
  for (int i = 0; i < 3; ++i) number = number * 256 + asked.at(static_cast<std::size_t>(i));
  return UserId{-1 - number};
}

crypto::Digest digest_of(std::string_view asked) { return crypto::labelled_sha256("asked for", asked); }

Offer draw(const Occasion& occasion, Purpose purpose, const std::optional<Recipient>& to, UserId nobody) {
  std::string drawn = draw_secret(occasion.random());
  Offer made{
      .purpose = purpose, .letter = {}, .text = Secret(drawn), .hash = hash_of(drawn), .to = to, .nobody = nobody};
  explicit_bzero(drawn.data(), drawn.size());
  return made;
}

}  // namespace

std::string_view name_of(Purpose purpose) { return kind_of(purpose).name; }

Refusal bad_token() { return {Reason::malformed, "the token is not good, or was used, or is too old"}; }

Refusal sends_no_mail() {
  return {.reason = Reason::unavailable, .detail = "this installation sends no mail", .retry_after = hours(1)};
}

outbox::Addressee nobody(std::string_view asked) {
  // Too little is kept to find it by: what is typed in place of an address may be a password.
  constexpr std::size_t kKept = 3;
  return outbox::Addressee::nobody(to_hex(bytes_of(digest_of(asked)).substr(0, kKept)));
}

Offer offer_without_mail(const Occasion& occasion, Purpose purpose, const Recipient& to) {
  return draw(occasion, purpose, to, UserId{-1});
}

Offer offer(const Occasion& occasion, Purpose purpose, outbox::Topic topic, outbox::Addressee addressee,
            const std::optional<Recipient>& to, std::string_view asked) {
  Offer made = draw(occasion, purpose, to, nobody_of(digest_of(asked)));
  made.letter = topic == outbox::Topic::address_in_use
                    ? outbox::write(occasion, topic, std::move(addressee))
                    : outbox::write(occasion, topic, std::move(addressee), {{"token", made.text.reveal()}});
  return made;
}

Offer offer(const Occasion& occasion, Purpose purpose, outbox::Topic topic, const std::optional<Recipient>& to,
            std::string_view asked) {
  return offer(occasion, purpose, topic, to ? outbox::Addressee::account(to->user) : nobody(asked), to, asked);
}

bool hand_over(db::Work& work, const Occasion& occasion, const Offer& offer) {
  const bool is_posted = outbox::post(work, occasion, offer.letter);
  const bool is_good = is_posted && offer.to;
  const UserId whose = is_good ? offer.to->user : offer.nobody;
  const std::string_view email = is_good ? std::string_view(offer.to->email) : std::string_view();
  const Kind& kind = kind_of(offer.purpose);
  // Each change of address has one of its own, and an older one the last word.
  if (offer.purpose != Purpose::undo) work.run(kind.table.supersede, {occasion.now, whose, kind.name, offer.hash});
  // Taken: by an earlier run of this unit.
  const Time end = occasion.now + kind.life;
  if (&kind.table == &kProofs) {
    static_cast<void>(work.claim(kPut, {offer.hash, whose, kind.name, email, occasion.now, end}));
  } else {
    const std::string key = users::canonical_login(email);
    static_cast<void>(work.claim(kPutRecovery, {offer.hash, whose, kind.name, email, key, occasion.now, end}));
  }
  return is_posted;
}

std::optional<Found> find(const Occasion& occasion, Purpose of, std::string_view text) {
  const crypto::Digest hash = hash_of(text);
  db::Rows row = occasion.database().query(kind_of(of).table.find, {hash, occasion.now});
  if (!row.next()) return std::nullopt;
  const std::string purpose = row.text(1);
  const auto* kind =
      std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& k) { return k.name == purpose; });
  if (kind == std::end(kKinds)) return std::nullopt;  // of a newer executable
  return Found{.hash = hash,
               .user = row.user_id(0),
               .purpose = kind->purpose,
               .email = row.text(2),
               .created_at = row.time(3),
               .username = row.text(4),
               .account_email = row.text(5)};
}

std::optional<Held> hold(db::Work& work, UserId user) {
  db::Rows row = work.query(kHold, {user});
  if (!row.next()) return std::nullopt;
  return Held{row.text(0), row.boolean(1)};
}

bool consume(db::Work& work, const Occasion& occasion, const Found& token, const TokenId& claim) {
  return work.run(kind_of(token.purpose).table.consume,
                  {occasion.now, claim, token.hash, name_of(token.purpose), occasion.now}) == 1;
}

bool was_consumed(db::Work& work, const Found& token, const TokenId& claim) {
  return work.query(kind_of(token.purpose).table.was_consumed, {token.hash, claim}).next();
}

void end_tokens(db::Work& work, const Occasion& occasion, UserId user) {
  work.run(kEndTokens, {occasion.now, user});
  work.run(kEndResets, {occasion.now, user});
}

void end_tokens_since(db::Work& work, const Occasion& occasion, UserId user, Time since) {
  work.run(kEndTokens, {occasion.now, user});
  work.run(kEndRecoverySince, {occasion.now, user, since});
}

void remove_tokens(db::Work& work, UserId user) {
  work.run(kRemoveTokens, {user});
  work.run(kRemoveRecovery, {user});
}

}  // namespace gatehouse::recovery
