// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/keys.h"

#include <algorithm>
#include <array>

#include "auth/audit/audit.h"
#include "auth/keys/keys_sql.h"
#include "auth/process.h"
#include "base/failure.h"
#include "crypto/hash.h"

namespace gatehouse::keys {
namespace {

// An HS256 key is SECRET_KEY: its row has no halves, only a name that tells whose it is. Whoever verifies could mint
// anyway.
constexpr const char* kSharedAlgorithm = "HS256";

// Processes read the keys once a second, and one that meets an unknown key id at once, but not for every stranger's.
constexpr milliseconds kReadEvery{1000};
constexpr milliseconds kReadForUnknownEvery{100};
// However short the publish period: every process has read of a key before another one signs with it.
constexpr milliseconds kLeastPublished = 2 * kReadEvery;
// A key goes on signing until each process has read that it should not, by clocks that differ a little.
constexpr minutes kLastTokensMargin{1};

std::string shared_kid(const Secret& secret) {
  if (secret.empty()) return "";
  return "hs-" + to_base64url(bytes_of(crypto::labelled_sha256("hs256 kid", secret.reveal()))).substr(0, 8);
}

}  // namespace

std::string seal_context(std::string_view kid) { return "signing-key:" + std::string(kid); }

Keyring::Keyring(const Settings& settings, Power power)
    : settings_(settings), power_(power), shared_kid_(shared_kid(settings.secret_key)) {
  if (power_ == Power::mints) master_keys_.emplace(settings_.master_key_file);
}

Keyring::~Keyring() = default;

MasterKeys& Keyring::master_keys() {
  if (power_ == Power::verifies) bug("an executable without the power to open asked for the master key");
  if (!master_keys_) master_keys_.emplace(settings_.master_key_file);
  return *master_keys_;
}

const crypto::VerifyingKey* Keyring::look_up(std::string_view kid, Time now) const {
  for (const PublicKey& key : public_) {
    if (key.kid == kid && (!key.retires_at || now < *key.retires_at)) return &key.key;
  }
  return nullptr;
}

const crypto::VerifyingKey* Keyring::find(db::Database& database, std::string_view kid, Time now) {
  refresh(database, now, kReadEvery);
  if (const crypto::VerifyingKey* known = look_up(kid, now)) return known;
  refresh(database, now, kReadForUnknownEvery);
  return look_up(kid, now);
}

const PrivateKey& Keyring::signer(db::Database& database, Time now) {
  if (power_ != Power::mints) bug("an executable without the power to mint asked for a signing key");
  refresh(database, now, kReadEvery);
  if (!signer_) throw Misconfigured("there is no signing key yet; run `gatehouse key rotate`");
  return *signer_;
}

const std::vector<PublicKey>& Keyring::published(db::Database& database, Time now) {
  refresh(database, now, kReadEvery);
  return public_;
}

std::string Keyring::seal(std::string_view context, std::string_view plain, Randomness& random) {
  return master_keys().seal(context, plain, random);
}

std::optional<Secret> Keyring::unseal(std::string_view context, std::string_view box) {
  return master_keys().unseal(context, box);
}

std::int64_t Keyring::generation(db::Database& database, Time now) {
  refresh(database, now, kReadEvery);
  return generation_;
}

void Keyring::refresh(db::Database& database, Time now, milliseconds at_most_every) {
  // A clock set back must not freeze what is known.
  if (read_at_ && now >= *read_at_ && now < *read_at_ + at_most_every) return;
  read_public(database, now);
  if (master_keys_) master_keys_->look_again();
  if (power_ == Power::mints) read_signer(database, now);
  read_at_ = now;
}

void Keyring::read_public(db::Database& database, Time now) {
  struct Row {
    std::string kid, algorithm, der;
    Time signs_from;
    std::optional<Time> retires_at;
  };
  std::vector<Row> rows;
  std::string fingerprint;
  for (db::Rows row = database.query(kListKeys); row.next();) {
    Row key{row.text(0), row.text(1), row.text(2), row.time(3), row.optional_time(4)};
    if (key.retires_at && now >= *key.retires_at) continue;
    fingerprint += key.kid + ' ' + std::to_string(key.retires_at ? to_millis(*key.retires_at) : 0) + '\n';
    rows.push_back(std::move(key));
  }
  if (fingerprint == fingerprint_) return;

  std::vector<PublicKey> fresh;
  of_another_secret_.reset();
  for (const Row& row : rows) {
    const auto algorithm = crypto::algorithm_named(row.algorithm);
    // Of a newer build: its tokens are not ours to judge.
    if (!algorithm) continue;
    if (*algorithm == crypto::Algorithm::hs256 && row.kid != shared_kid_) {
      of_another_secret_ = Unusable{row.kid, row.signs_from};
      continue;
    }
    auto key = *algorithm == crypto::Algorithm::hs256 ? crypto::VerifyingKey::from_hs256_secret(settings_.secret_key)
                                                      : crypto::VerifyingKey::from_public_der(*algorithm, row.der);
    fresh.push_back({row.kid, row.signs_from, row.retires_at, std::move(key)});
  }
  public_ = std::move(fresh);
  fingerprint_ = std::move(fingerprint);
  ++generation_;
}

void Keyring::read_signer(db::Database& database, Time now) {
  const PublicKey* newest = nullptr;
  for (const PublicKey& key : public_) {
    if (key.signs_from <= now) newest = &key;
  }
  // Its tokens would not outlive the day on which that key should have been the last to sign.
  if (of_another_secret_ && of_another_secret_->signs_from <= now &&
      (!newest || newest->signs_from < of_another_secret_->signs_from)) {
    throw Misconfigured("the signing key " + of_another_secret_->kid +
                        " is HS256 and made of another SECRET_KEY than this configuration's");
  }
  if (!newest) {
    signer_.reset();
    return;
  }
  if (signer_ && signer_->kid == newest->kid) return;
  if (newest->key.algorithm() == crypto::Algorithm::hs256) {
    signer_ = PrivateKey{newest->kid, crypto::SigningKey::from_hs256_secret(settings_.secret_key)};
    return;
  }
  db::Rows row = database.query(kReadSecret, {newest->kid});
  auto der = row.next() ? master_keys().unseal(seal_context(newest->kid), row.text(0)) : std::nullopt;
  if (!der) throw Misconfigured("signing key " + newest->kid + " does not open with this master key");
  signer_ = PrivateKey{newest->kid, crypto::SigningKey::from_private_der(newest->key.algorithm(), *der)};
}

namespace {

// A key as it will stand in the tables.
struct Draft {
  std::string kid;
  std::string algorithm;
  std::string public_der;
  std::optional<std::string> sealed{};  // none of HS256
};

std::vector<KeyState> states(db::Rows rows, Time now) {
  std::vector<KeyState> keys;
  while (rows.next())
    keys.push_back({rows.text(0), rows.text(1), rows.time(3), rows.optional_time(4), Phase::published});
  KeyState* signer = nullptr;
  for (KeyState& key : keys) {
    // What was never to sign any more when it began to has been revoked.
    if (key.retires_at && *key.retires_at <= key.signs_from) {
      key.phase = Phase::revoked;
    } else if (key.retires_at && *key.retires_at <= now) {
      key.phase = Phase::retired;
    } else if (key.signs_from <= now) {
      key.phase = Phase::verifies;
      signer = &key;
    }
  }
  if (signer) signer->phase = Phase::signs;
  return keys;
}

const KeyState* with_kid(const std::vector<KeyState>& keys, std::string_view kid) {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const KeyState& key) { return key.kid == kid; });
  return found == keys.end() ? nullptr : &*found;
}

const KeyState* in_phase(const std::vector<KeyState>& keys, Phase phase) {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const KeyState& key) { return key.phase == phase; });
  return found == keys.end() ? nullptr : &*found;
}

// The one that signs, or will, until somebody rotates again.
const KeyState* newest_open(const std::vector<KeyState>& keys) {
  const auto found = std::find_if(keys.rbegin(), keys.rend(), [](const KeyState& key) { return !key.retires_at; });
  return found == keys.rend() ? nullptr : &*found;
}

Draft new_draft(const Occasion& occasion) {
  const Settings& settings = occasion.settings();
  if (settings.algorithm == kSharedAlgorithm) return {shared_kid(settings.secret_key), settings.algorithm, ""};
  const auto algorithm = crypto::algorithm_named(settings.algorithm);
  if (!algorithm) bug("an ALGORITHM that is none");
  const MasterKeys master_keys(settings.master_key_file);
  const crypto::SigningKey key = crypto::SigningKey::generate(*algorithm);
  std::array<unsigned char, 9> noise;
  occasion.random().fill(noise);
  const std::string kid = to_base64url(bytes_of(noise));
  return Draft{kid, settings.algorithm, key.public_der(),
               master_keys.seal(seal_context(kid), key.private_der().reveal(), occasion.random())};
}

Result<Draft> draft_key(const Occasion& occasion) {
  Draft draft = new_draft(occasion);
  if (!draft.sealed && with_kid(list(occasion), draft.kid)) {
    return Refusal{Reason::conflict,
                   "SECRET_KEY is, or was, the key " + draft.kid +
                       "; to go on with HS256 set another one, with which the tokens of this one die"};
  }
  return draft;
}

bool is_good(const KeyState& key) { return key.phase != Phase::retired && key.phase != Phase::revoked; }

// Of a key that signs until then. It lives as long as any token may.
Time last_token_dead(const Occasion& occasion, Time signs_until) {
  const Settings& settings = occasion.settings();
  return signs_until + std::max<milliseconds>(settings.refresh_token_life, settings.access_token_life) +
         kLastTokensMargin;
}

// The key itself is no secret; its id is what an operator looks for.
void record(db::Work& work, const Occasion& occasion, audit::Event event, std::string_view kid) {
  audit::record(work, occasion, event, {.detail = "key " + std::string(kid)});
}

void insert(db::Work& work, const Occasion& occasion, const Draft& draft, Time signs_from) {
  work.run(kInsertKey, {draft.kid, draft.algorithm, draft.public_der, occasion.now, signs_from});
  if (draft.sealed) work.run(kInsertSecret, {draft.kid, *draft.sealed});
  record(work, occasion, audit::Event::key_rotated, draft.kid);
}

enum class Start { when_published, at_once };

// False: the newest key is another than `keys` say, since somebody else rotates at the same time; nothing is written.
bool add(db::Work& work, const Occasion& occasion, const Draft& draft, const std::vector<KeyState>& keys, Start start) {
  // Of two at once one waits here for the other, and then finds the row changed.
  if (const KeyState* newest = newest_open(keys)) {
    if (work.run(kRetire, {last_token_dead(occasion, occasion.now), newest->kid, 0}) != 1) return false;
  }
  Time signs_from = occasion.now;
  if (start == Start::when_published) {
    signs_from += std::max<milliseconds>(occasion.settings().key_publish_period, kLeastPublished);
  }
  for (const KeyState& key : keys) {
    // The newest signs, so this one must be it; also where the publish period was longer yesterday.
    if (is_good(key)) signs_from = std::max(signs_from, key.signs_from + milliseconds(1));
  }
  insert(work, occasion, draft, signs_from);
  return true;
}

// What signs, or will, goes on until the next one does, and retires when its last token is dead.
void settle(db::Work& work, const Occasion& occasion) {
  auto keys = states(work.query(kListKeys), occasion.now);
  std::erase_if(keys, [](const KeyState& key) { return !is_good(key); });
  for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
    const bool signs_no_more = keys[i].phase == Phase::verifies && keys[i].retires_at;
    const Time dead = last_token_dead(occasion, keys[i + 1].signs_from);
    if (!signs_no_more) work.run(kRetire, {dead, keys[i].kid, dead});
  }
}

Refusal changed_meanwhile() { return {Reason::conflict, "somebody else has just changed the keys; see `key list`"}; }

}  // namespace

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::published: return "published";
    case Phase::signs: return "signs";
    case Phase::verifies: return "verifies";
    case Phase::retired: return "retired";
    case Phase::revoked: return "revoked";
  }
  bug("a phase that is none");
}

std::vector<KeyState> list(const Occasion& occasion) {
  return states(occasion.database().query(kListKeys), occasion.now);
}

Result<std::string> rotate(const Occasion& occasion) {
  const Result<Draft> draft = draft_key(occasion);
  if (!draft) return draft.refusal();
  return occasion.database().unit([&](db::Work& work) -> Result<std::string> {
    const auto keys = states(work.query(kListKeys), occasion.now);
    // An earlier run of this unit committed, its answer lost.
    if (with_kid(keys, draft->kid)) return draft->kid;
    const Start start = in_phase(keys, Phase::signs) ? Start::when_published : Start::at_once;
    if (!add(work, occasion, *draft, keys, start)) return changed_meanwhile();
    settle(work, occasion);
    return draft->kid;
  });
}

std::string begin(db::Work& work, const Occasion& occasion) {
  const Draft draft = new_draft(occasion);
  add(work, occasion, draft, {}, Start::at_once);
  return draft.kid;
}

bool needs_rotation(const Occasion& occasion) {
  const Settings& settings = occasion.settings();
  const auto keys = list(occasion);
  const KeyState* newest = newest_open(keys);
  if (!newest || newest->algorithm != settings.algorithm) return true;
  return settings.algorithm == kSharedAlgorithm && newest->kid != shared_kid(settings.secret_key);
}

Result<Revoked> revoke(const Occasion& occasion, std::string_view kid) {
  const auto before = list(occasion);
  const KeyState* doomed = with_kid(before, kid);
  if (!doomed) return Refusal{Reason::not_found, "there is no such key"};
  if (doomed->phase == Phase::revoked) return Refusal{Reason::conflict, "that key has been revoked already"};
  // Made beforehand, needed or not: nothing is generated inside a unit.
  const Result<Draft> draft = draft_key(occasion);
  return occasion.database().unit([&](db::Work& work) -> Result<Revoked> {
    if (work.run(kRevoke, {kid}) != 1) return changed_meanwhile();
    record(work, occasion, audit::Event::key_revoked, kid);
    const auto keys = states(work.query(kListKeys), occasion.now);
    Revoked revoked;
    const bool signed_until_now = doomed->phase == Phase::signs;
    const KeyState* next = in_phase(keys, Phase::published);
    if (signed_until_now && next) {
      work.run(kSignFrom, {occasion.now, next->kid});
      revoked.successor = next->kid;
    }
    if (!newest_open(keys)) {
      // At once, although an older one could go on meanwhile: it may need a secret that is no longer configured.
      const Start start = signed_until_now && !next ? Start::at_once : Start::when_published;
      if (!draft) {
        revoked.missing = draft.refusal().detail;
      } else if (!add(work, occasion, *draft, keys, start)) {
        return changed_meanwhile();
      } else if (revoked.successor.empty()) {
        revoked.successor = draft->kid;
      }
    }
    settle(work, occasion);
    return revoked;
  });
}

Result<std::string> replace_all(const Occasion& occasion) {
  const Result<Draft> draft = draft_key(occasion);
  if (!draft) return draft.refusal();
  return occasion.database().unit([&](db::Work& work) -> Result<std::string> {
    const auto keys = states(work.query(kListKeys), occasion.now);
    // An earlier run of this unit committed, its answer lost.
    if (with_kid(keys, draft->kid)) return draft->kid;
    for (const KeyState& key : keys) {
      if (!is_good(key) || work.run(kRevoke, {key.kid}) != 1) continue;
      record(work, occasion, audit::Event::key_revoked, key.kid);
    }
    insert(work, occasion, *draft, occasion.now);
    return draft->kid;
  });
}

}  // namespace gatehouse::keys
