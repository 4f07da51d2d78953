// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/sign.h"
#include "db/database.h"

namespace gatehouse::keys {

// What a process may do with signing keys. Only an executable that mints reads the master key and the sealed halves.
enum class Power { verifies, mints };

struct PublicKey {
  std::string kid;
  Time signs_from;                 // published before it is used, so that verifiers have it in time
  std::optional<Time> retires_at;  // when its last token has expired; not known before the next rotation
  crypto::VerifyingKey key;
};

struct PrivateKey {
  std::string kid;
  crypto::SigningKey key;
};

// The signing keys as this process knows them, read again at most once a second: a rotation or a revocation acts within
// a second, and a request pays nothing for it.
class Keyring {
 public:
  Keyring(const Settings& settings, Power power);
  ~Keyring();

  // nullptr: no such key, or it has retired.
  const crypto::VerifyingKey* find(db::Database& database, std::string_view kid, Time now);
  // The key that signs now. Throws Misconfigured when there is none.
  const PrivateKey& signer(db::Database& database, Time now);
  // All that are not retired, for JWKS; HS256 has no public half and is not listed.
  const std::vector<PublicKey>& published(db::Database& database, Time now);
  // Seals what this process must keep in the database and others must not read, such as a successor for an honest
  // retry.
  std::string seal(std::string_view context, std::string_view plain, Randomness& random) const;
  std::optional<Secret> unseal(std::string_view context, std::string_view box) const;

  // Another number whenever the set of good keys is another: what was verified before must be verified again.
  std::int64_t generation(db::Database& database, Time now);

 private:
  void refresh(db::Database& database, Time now);
  void read_public(db::Database& database, Time now);
  void read_signer(db::Database& database, Time now);

  const Settings& settings_;
  Power power_;
  Secret master_key_;
  std::vector<PublicKey> public_;  // by signs_from
  std::string fingerprint_;        // of what public_ was read from
  std::int64_t generation_ = 0;
  std::optional<PrivateKey> signer_;
  std::optional<Time> read_at_;
};

// A new key of settings.algorithm: signs after the publish period, or at once when no other signs. What signed before
// retires when its last token is dead. Answers the new kid.
std::string rotate(db::Database& database, const Settings& settings, Randomness& random, Time now);

// No key yet, or the newest is of another algorithm than the configuration wants.
bool needs_rotation(db::Database& database, const Settings& settings, Time now);

// Ends a key now, and with it every token it signed. Answers the kid of the key that was made to sign in its place, or
// "" where another one does.
Result<std::string> revoke(db::Database& database, const Settings& settings, Randomness& random, Time now,
                           std::string_view kid);

struct KeyState {
  std::string kid;
  std::string algorithm;
  Time signs_from;
  std::optional<Time> retires_at;
  bool signs;  // it is the newest of those that may
};
std::vector<KeyState> list(db::Database& database, Time now);

}  // namespace gatehouse::keys
