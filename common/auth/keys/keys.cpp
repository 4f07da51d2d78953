// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/keys.h"

#include <algorithm>
#include <array>

#include "auth/keys/keys_sql.h"
#include "base/failure.h"
#include "crypto/hash.h"
#include "crypto/seal.h"

namespace gatehouse::keys {
namespace {

// With HS256 there is one key, from the configuration, and no row: whoever verifies could mint anyway.
constexpr const char* kSharedAlgorithm = "HS256";

std::string shared_kid(const Secret& secret) {
  return "hs-" + to_base64url(bytes_of(crypto::labelled_sha256("hs256 kid", secret.reveal()))).substr(0, 8);
}

std::string seal_context(std::string_view kid) { return "signing-key:" + std::string(kid); }

std::string signing_kid(const std::vector<KeyState>& keys) {
  const auto found = std::find_if(keys.begin(), keys.end(), [](const KeyState& key) { return key.signs; });
  return found == keys.end() ? "" : found->kid;
}

}  // namespace

Keyring::Keyring(const Settings& settings, Power power) : settings_(settings), power_(power) {
  const bool mints = power_ == Power::mints;
  if (settings_.algorithm == kSharedAlgorithm) {
    const Secret& secret = settings_.secret_key;
    const std::string kid = shared_kid(secret);
    public_.push_back({kid, Time{}, std::nullopt, crypto::VerifyingKey::from_hs256_secret(secret)});
    if (mints) signer_ = PrivateKey{kid, crypto::SigningKey::from_hs256_secret(secret)};
  }
  if (mints) master_key_ = crypto::parse_master_key(config::read_secret_file(settings_.master_key_file));
}

Keyring::~Keyring() = default;

const crypto::VerifyingKey* Keyring::find(db::Database& database, std::string_view kid, Time now) {
  refresh(database, now);
  for (const PublicKey& key : public_) {
    if (key.kid == kid && (!key.retires_at || now < *key.retires_at)) return &key.key;
  }
  return nullptr;
}

const PrivateKey& Keyring::signer(db::Database& database, Time now) {
  if (power_ != Power::mints) bug("an executable without the power to mint asked for a signing key");
  refresh(database, now);
  if (!signer_) throw Misconfigured("there is no signing key yet; run `gatehouse key rotate`");
  return *signer_;
}

const std::vector<PublicKey>& Keyring::published(db::Database& database, Time now) {
  refresh(database, now);
  return public_;
}

std::string Keyring::seal(std::string_view context, std::string_view plain, Randomness& random) const {
  return crypto::seal(master_key_, context, Secret(plain), random);
}

std::optional<Secret> Keyring::unseal(std::string_view context, std::string_view box) const {
  return crypto::unseal(master_key_, context, box);
}

std::int64_t Keyring::generation(db::Database& database, Time now) {
  refresh(database, now);
  return generation_;
}

void Keyring::refresh(db::Database& database, Time now) {
  if (settings_.algorithm == kSharedAlgorithm) return;
  // A clock set back must not freeze what is known.
  if (read_at_ && now >= *read_at_ && now < *read_at_ + seconds(1)) return;
  read_public(database, now);
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
  for (const Row& row : rows) {
    const auto algorithm = crypto::algorithm_named(row.algorithm);
    // Of a newer build: its tokens are not ours to judge.
    if (!algorithm) continue;
    fresh.push_back(
        {row.kid, row.signs_from, row.retires_at, crypto::VerifyingKey::from_public_der(*algorithm, row.der)});
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
  if (!newest) {
    signer_.reset();
    return;
  }
  if (signer_ && signer_->kid == newest->kid) return;
  db::Rows row = database.query(kReadSecret, {newest->kid});
  auto der = row.next() ? crypto::unseal(master_key_, seal_context(newest->kid), row.text(0)) : std::nullopt;
  if (!der) throw Misconfigured("signing key " + newest->kid + " does not open with this master key");
  signer_ = PrivateKey{newest->kid, crypto::SigningKey::from_private_der(newest->key.algorithm(), *der)};
}

std::string rotate(db::Database& database, const Settings& settings, Randomness& random, Time now) {
  const auto algorithm = crypto::algorithm_named(settings.algorithm);
  if (!algorithm || *algorithm == crypto::Algorithm::hs256) {
    throw Misconfigured("with ALGORITHM = HS256 the key is SECRET_KEY; there is nothing to rotate");
  }
  const Secret master_key = crypto::parse_master_key(config::read_secret_file(settings.master_key_file));
  const crypto::SigningKey key = crypto::SigningKey::generate(*algorithm);
  std::array<unsigned char, 9> noise;
  random.fill(noise);
  const std::string kid = to_base64url(bytes_of(noise));
  const std::string sealed = crypto::seal(master_key, seal_context(kid), key.private_der(), random);
  const std::string public_der = key.public_der();

  const bool is_only = signing_kid(list(database, now)).empty();
  const Time signs_from = is_only ? now : now + settings.key_publish_period;
  // What signed before goes on until the new key signs, and its last token lives as long as any token may.
  const Time last_token_dead =
      signs_from + std::max<milliseconds>(settings.refresh_token_life, settings.access_token_life);
  database.unit([&](db::Work& work) {
    // Not claimed: an earlier run of this unit committed, its answer lost.
    if (!work.claim(kInsertKey, {kid, settings.algorithm, public_der, now, signs_from})) return Done{};
    work.run(kInsertSecret, {kid, sealed});
    work.run(kRetireOthers, {last_token_dead, kid});
    return Done{};
  });
  return kid;
}

bool needs_rotation(db::Database& database, const Settings& settings, Time now) {
  if (settings.algorithm == kSharedAlgorithm) return false;
  const auto keys = list(database, now);
  const auto newest = std::find_if(keys.rbegin(), keys.rend(), [&](const KeyState& key) { return !key.retires_at; });
  return newest == keys.rend() || newest->algorithm != settings.algorithm;
}

Result<std::string> revoke(db::Database& database, const Settings& settings, Randomness& random, Time now,
                           std::string_view kid) {
  const auto keys = list(database, now);
  const bool exists = std::any_of(keys.begin(), keys.end(), [&](const KeyState& key) { return key.kid == kid; });
  if (!exists) return Refusal{Reason::not_found, "there is no such key"};
  database.unit([&](db::Work& work) { return work.run(kRetireNow, {now, kid}); });
  const bool another_signs = !signing_kid(list(database, now)).empty();
  return another_signs ? std::string() : rotate(database, settings, random, now);
}

std::vector<KeyState> list(db::Database& database, Time now) {
  std::vector<KeyState> keys;
  for (db::Rows row = database.query(kListKeys); row.next();) {
    keys.push_back({row.text(0), row.text(1), row.time(3), row.optional_time(4), false});
  }
  const auto may_sign = [&](const KeyState& key) {
    return key.signs_from <= now && (!key.retires_at || now < *key.retires_at);
  };
  const auto newest = std::find_if(keys.rbegin(), keys.rend(), may_sign);
  if (newest != keys.rend()) newest->signs = true;
  return keys;
}

}  // namespace gatehouse::keys
