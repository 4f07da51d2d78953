// SPDX-License-Identifier: Apache-2.0
#include "auth/api_keys/api_keys.h"

#include <algorithm>

#include "auth/api_keys/api_keys_rules.h"
#include "auth/api_keys/api_keys_sql.h"
#include "auth/audit/audit.h"
#include "auth/outbox/notices.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace gatehouse::api_keys {
namespace {

using audit::Event;

constexpr int kMostNamed = 25;
constexpr int kNamelessSlot = 0;

crypto::Digest hash_of(std::string_view key) { return crypto::labelled_sha256("api key", key); }

Refusal not_good() { return {Reason::token_invalid, "the API key is not valid"}; }
Refusal no_such_key() { return {Reason::not_found, "there is no such API key"}; }

std::vector<std::string> words(std::string_view text) { return split(text, ' '); }

std::string_view check_name(std::string_view name) {
  const bool controls = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  });
  if (controls) return "may not have control characters";
  return trim(name).empty() ? "may not be blank" : "";
}

// All that a key's row needs, made before the unit.
struct Key {
  KeyId id;
  Secret text;
  crypto::Digest hash;
  access::ScopeSet scopes;
  std::optional<Time> expires_at;
  outbox::Letter news{};
};

// The slot for a key of this name; a refusal where the name, or every slot, is taken.
Result<int> free_slot(db::Work& work, UserId user, const std::optional<std::string>& name) {
  if (!name) return kNamelessSlot;
  std::array<bool, kMostNamed + 1> taken{};
  for (db::Rows row = work.query(kTakenSlots, {user}); row.next();) {
    if (row.text(1) == *name) return Refusal{Reason::conflict, "there is an API key of this name"};
    taken.at(static_cast<std::size_t>(row.integer(0))) = true;
  }
  const auto free = std::find(taken.begin() + 1, taken.end(), false);
  if (free == taken.end()) return Refusal{Reason::conflict, "there are 25 named API keys already; revoke one"};
  return static_cast<int>(free - taken.begin());
}

Result<Done> insert(db::Work& work, const Occasion& occasion, const Principal& principal, const Wanted& wanted,
                    const Key& key) {
  const UserId user = principal.user.id;
  // An earlier run of this unit did it, its answer lost.
  if (work.query(kIsOwn, {key.id, key.hash}).next()) return Done{};
  work.run(kFreeExpired, {user, occasion.now});
  // Somebody who makes keys at the same moment may take the slot that was free: then the next one.
  for (int tries = 0; tries <= kMostNamed; ++tries) {
    if (!wanted.name && work.run(kRevokeNameless, {occasion.now, user}) > 0) {
      audit::record(work, occasion, Event::api_key_revoked,
                    {.user = user, .session = principal.session(), .detail = "replaced"});
    }
    const auto slot = free_slot(work, user, wanted.name);
    if (!slot) return slot.refusal();
    const bool claimed = work.claim(
        kInsert, {key.id, user, key.hash, prefix_of(key.text.reveal()), wanted.name, wanted.name.value_or(""), *slot,
                  key.scopes.text(), wanted.requests_per_minute, occasion.now, key.expires_at, principal.amr()});
    if (!claimed) continue;
    audit::record(work, occasion, Event::api_key_generated,
                  {.user = user, .session = principal.session(), .key = key.id, .detail = key.scopes.text()});
    outbox::post(work, occasion, key.news);
    return Done{};
  }
  return Refusal{Reason::conflict, "another API key was made in the same moment; try again"};
}

}  // namespace

constinit const TextRule kName{.least = 1,
                               .most = 64,
                               .meaning = "to tell this key from one's others; left out: replaces the nameless key",
                               .check = check_name};

Result<NewKey> generate(const Occasion& occasion, const Principal& principal, const Wanted& wanted) {
  const access::ScopeSet own = principal.rights.scopes;
  const access::ScopeSet asked = wanted.scopes ? access::ScopeSet::parse(*wanted.scopes) : own;
  if (const auto beyond = asked.without(own); !beyond.empty()) {
    return Refusal{Reason::forbidden, "a key can't have what its maker's login lacks: " + beyond.text()};
  }
  if (asked.empty()) {
    return Refusal{.reason = Reason::invalid,
                   .detail = "some fields are wrong",
                   .fields = {{"scopes", "names no scope of this installation"}}};
  }
  Secret text = draw_key(occasion.random());
  const crypto::Digest hash = hash_of(text.reveal());
  const auto expires_at =
      wanted.expires_in_days ? std::optional<Time>(occasion.now + days(*wanted.expires_in_days)) : std::nullopt;
  Key key{KeyId::draw(occasion.random()), std::move(text), hash, asked, expires_at};
  key.news =
      outbox::news_of_api_key(occasion, principal.user.id, wanted.name.value_or(""), prefix_of(key.text.reveal()));
  const auto done =
      occasion.database().unit([&](db::Work& work) { return insert(work, occasion, principal, wanted, key); });
  if (!done) return done.refusal();
  const std::string prefix(prefix_of(key.text.reveal()));
  return NewKey{.api_key = std::move(key.text),
                .message = "keep it now: it is not shown again",
                .id = key.id,
                .prefix = prefix,
                .scopes = words(key.scopes.text()),
                .expires_at = key.expires_at};
}

std::vector<View> list(const Occasion& occasion, const Principal& principal) {
  std::vector<View> keys;
  for (db::Rows row = occasion.database().query(kList, {principal.user.id}); row.next();) {
    const auto id = KeyId::from_bytes(row.text(0));
    if (!id) continue;
    keys.push_back({.id = *id,
                    .name = row.optional_text(1),
                    .prefix = row.text(2),
                    .scopes = words(row.text(3)),
                    .requests_per_minute = row.integer(4),
                    .created_at = row.time(5),
                    .expires_at = row.optional_time(6),
                    .last_used_at = row.optional_time(7)});
  }
  return keys;
}

std::vector<Kept> kept(db::Work& work, const Occasion& occasion, UserId user) {
  std::vector<Kept> keys;
  for (db::Rows row = work.query(kStillGood, {user, occasion.now}); row.next();) {
    const auto id = KeyId::from_bytes(row.text(0));
    if (!id) continue;
    keys.push_back(
        {.id = *id, .name = row.optional_text(1), .prefix = row.text(2), .last_used_at = row.optional_time(3)});
  }
  return keys;
}

Result<Done> revoke(const Occasion& occasion, const Principal& principal, const KeyId& key) {
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    const UserId user = principal.user.id;
    if (work.run(kRevoke, {occasion.now, key, user}) == 0) {
      // Or by an earlier run of this unit, its answer lost.
      if (work.query(kWasRevoked, {key, user, occasion.now}).next()) return Done{};
      return no_such_key();
    }
    audit::record(work, occasion, Event::api_key_revoked, {.user = user, .session = principal.session(), .key = key});
    return Done{};
  });
}

Result<Done> revoke_nameless(const Occasion& occasion, const Principal& principal) {
  return occasion.database().unit([&](db::Work& work) -> Result<Done> {
    const UserId user = principal.user.id;
    if (work.run(kRevokeNameless, {occasion.now, user}) == 0) {
      if (work.query(kWasNamelessRevoked, {user, occasion.now}).next()) return Done{};
      return no_such_key();
    }
    audit::record(work, occasion, Event::api_key_revoked, {.user = user, .session = principal.session()});
    return Done{};
  });
}

void end_all(db::Work& work, const Occasion& occasion, UserId user) { work.run(kEndAll, {occasion.now, user}); }

Result<Principal> authenticate(const Occasion& occasion, std::string_view text) {
  if (!is_key(text)) return not_good();
  db::Rows row = occasion.database().query(kByHash, {hash_of(text)});
  if (!row.next() || !row.is_null(5)) return not_good();
  const auto id = KeyId::from_bytes(row.text(1));
  if (!id) return not_good();
  const auto expires_at = row.optional_time(4);
  if (expires_at && occasion.now >= *expires_at) return Refusal{Reason::token_expired, "the API key has expired"};
  const users::User user = users::read_user(row, 7, row.user_id(0));
  const Principal::ApiKey key{
      .id = *id, .requests_per_minute = row.integer(3), .last_used_at = row.optional_time(6), .amr = row.text(17)};
  auto principal =
      principal_for(occasion, user, row.optional_text(16).value_or(""), access::ScopeSet::parse(row.text(2)), key);
  if (!principal) return not_good();
  if (!user.is_active) return Refusal{Reason::deactivated, "the owner's account is deactivated"};
  return std::move(*principal);
}

void touch(const Occasion& occasion, const Principal::ApiKey& key) {
  const Time stale = occasion.now - minutes(1);
  if (key.last_used_at && *key.last_used_at >= stale) return;
  occasion.database().unit([&](db::Work& work) { return work.run(kTouch, {occasion.now, key.id, stale}); });
}

}  // namespace gatehouse::api_keys
