// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "auth/access/rights.h"
#include "base/ids.h"
#include "base/time.h"
#include "crypto/hash.h"

namespace gatehouse::tokens {

// What a good access token says.
struct AccessClaims {
  UserId user;
  SessionId session;
  TokenId id;
  access::ScopeSet scopes;
  Time expires_at;
};

// Remembers that a token's signature was good, keyed by the hash of the whole token; bounded, two places for each hash.
// It saves the signature and never the query, so it can't hide a revocation; it forgets everything when the signing
// keys change.
class VerifiedCache {
 public:
  const AccessClaims* find(const crypto::Digest& token, std::int64_t key_generation, Time now);
  void remember(const crypto::Digest& token, std::int64_t key_generation, const AccessClaims& claims);

 private:
  struct Entry {
    crypto::Digest token{};
    std::int64_t key_generation = -1;
    AccessClaims claims{};
  };
  static constexpr std::size_t kSets = 256;
  struct Set {
    std::array<Entry, 2> entries;  // the one used last comes first
  };

  Set& set_of(const crypto::Digest& token) { return sets_[token[0]]; }

  // On the heap, touched only as it fills: an executable that sees no bearer tokens pays nothing.
  std::unique_ptr<Set[]> sets_;
};

}  // namespace gatehouse::tokens
