// SPDX-License-Identifier: Apache-2.0
#include "auth/tokens/verified.h"

#include <utility>

namespace gatehouse::tokens {

const AccessClaims* VerifiedCache::find(const crypto::Digest& token, std::int64_t key_generation, Time now) {
  if (!sets_) return nullptr;
  auto& entries = set_of(token).entries;
  if (entries[1].token == token) std::swap(entries[0], entries[1]);
  const Entry& entry = entries[0];
  const bool good = entry.token == token && entry.key_generation == key_generation && now < entry.claims.expires_at;
  return good ? &entry.claims : nullptr;
}

void VerifiedCache::remember(const crypto::Digest& token, std::int64_t key_generation, const AccessClaims& claims) {
  if (!sets_) sets_ = std::make_unique<Set[]>(kSets);
  auto& entries = set_of(token).entries;
  entries[1] = entries[0];
  entries[0] = {token, key_generation, claims};
}

}  // namespace gatehouse::tokens
