// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/keys/master_keys.h"
#include "base/config.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/sign.h"
#include "db/database.h"

namespace gatehouse {

struct Occasion;

namespace keys {

// How long others may keep the key set before they ask again.
inline constexpr minutes kKeySetMaxAge{5};

// What a process may do, each more than the one before. `opens`: reads the master key, for what is sealed in tables
// that its grants let it see; a signing key's sealed half is none of them. `mints`: reads those too.
enum class Power { verifies, opens, mints };

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

// The signing keys as this process knows them, read again once a second: a rotation or a revocation acts within a
// second, and a request pays nothing for it. A key id that is not known has them read at once, but no more than ten
// times a second, since anybody can name one.
class Keyring {
 public:
  Keyring(const Settings& settings, Power power);
  ~Keyring();

  // nullptr: no such key, or it has retired.
  const crypto::VerifyingKey* find(db::Database& database, std::string_view kid, Time now);
  // The key that signs now. Throws Misconfigured when there is none, or when it is one that this configuration can't
  // use.
  const PrivateKey& signer(db::Database& database, Time now);
  // All that are not retired, for JWKS; HS256 has no public half and is not listed.
  const std::vector<PublicKey>& published(db::Database& database, Time now);
  // Seals what this process must keep in the database and others must not read, such as a successor for an honest
  // retry.
  std::string seal(std::string_view context, std::string_view plain, Randomness& random);
  std::optional<Secret> unseal(std::string_view context, std::string_view box);

  // Another number whenever the set of good keys is another: what was verified before must be verified again.
  std::int64_t generation(db::Database& database, Time now);

 private:
  const crypto::VerifyingKey* look_up(std::string_view kid, Time now) const;
  void refresh(db::Database& database, Time now, milliseconds at_most_every);
  void read_public(db::Database& database, Time now);
  void read_signer(db::Database& database, Time now);

  struct Unusable {
    std::string kid;
    Time signs_from;
  };

  const Settings& settings_;
  Power power_;
  MasterKeys& master_keys();

  std::optional<MasterKeys> master_keys_;      // none where it only verifies; where it opens, from the first use on
  std::string shared_kid_;                     // of the HS256 key that SECRET_KEY is; "" without one
  std::vector<PublicKey> public_;              // by signs_from
  std::optional<Unusable> of_another_secret_;  // the newest HS256 key that is not this configuration's SECRET_KEY
  std::string fingerprint_;                    // of what public_ was read from
  std::int64_t generation_ = 0;
  std::optional<PrivateKey> signer_;
  std::optional<Time> read_at_;
};

// What a private key is sealed for.
std::string seal_context(std::string_view kid);

// A new key of the algorithm that is configured: it signs after the publish period, or at once when no other does. What
// signed before retires when its last token is dead. Answers the new kid. Refused where there is nothing to make one of
// (an HS256 key is SECRET_KEY, and one secret is a key once), and to the slower of two at once.
Result<std::string> rotate(const Occasion& occasion);

// The first key of an installation whose database can't be reached from here; it signs at once. Answers the kid.
std::string begin(db::Work& work, const Occasion& occasion);

// No key yet, or the newest is not what the configuration wants.
bool needs_rotation(const Occasion& occasion);

struct Revoked {
  std::string successor{};  // the kid that signs, or will, in its place; "" where that is as it was
  std::string missing{};    // why there is none although one is needed
};

// Ends a key now, and with it every token it signed. In place of the one that signed the next one does at once, made
// for it where none was published; in place of a next one, another is published.
Result<Revoked> revoke(const Occasion& occasion, std::string_view kid);

// Ends every key now, for a new one that signs at once: nothing that was ever signed is good. Answers the new kid.
// Refused where there is nothing to make one of.
Result<std::string> replace_all(const Occasion& occasion);

enum class Phase { published, signs, verifies, retired, revoked };
std::string_view name_of(Phase phase);

struct KeyState {
  std::string kid;
  std::string algorithm;
  Time signs_from;
  std::optional<Time> retires_at;
  Phase phase;
};
// By signs_from.
std::vector<KeyState> list(const Occasion& occasion);

}  // namespace keys
}  // namespace gatehouse
