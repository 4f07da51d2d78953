// SPDX-License-Identifier: Apache-2.0
#include "auth/audit/tallies.h"

#include "auth/audit/audit.h"
#include "auth/audit/audit_sql.h"

namespace gatehouse::audit {
namespace {

constexpr int kShards = 8;
constexpr std::int64_t kMinutes = 10;

std::int64_t sum(const Occasion& occasion, Event event, Time since) {
  std::array<crypto::Digest, kShards> b;
  for (int shard = 0; shard < kShards; ++shard)
    b.at(static_cast<std::size_t>(shard)) = tally_bucket(name_of(event), shard);
  db::Rows row =
      occasion.database().query(kTally, {b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], tally_minute(since)});
  row.next();
  return row.integer(0);
}

}  // namespace

std::string tally_name(std::string_view event) { return std::string(event) + " tally"; }

crypto::Digest tally_bucket(std::string_view event, int shard) {
  return crypto::labelled_sha256(tally_name(event), std::to_string(shard));
}

// Of one source or one user all in one: they wait for each other in the flood's bucket anyway.
int tally_shard(const crypto::Digest& flood_bucket) { return flood_bucket[0] % kShards; }

std::int64_t tally_minute(Time at) { return to_millis(at) / 60000 / kMinutes * kMinutes; }

Tallies tallies_since(const Occasion& occasion, Time since) {
  return {.logins = sum(occasion, Event::login_success, since),
          .login_failures = sum(occasion, Event::login_failure, since)};
}

}  // namespace gatehouse::audit
