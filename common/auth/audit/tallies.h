// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "auth/process.h"
#include "crypto/hash.h"

// How often the events that everybody asks about happened, without ever counting them: the statement that counts for
// the flood rule counts here too. In rows of ten minutes, each in eight, so that those who log in at once seldom wait
// for one.
namespace gatehouse::audit {

// "login_success tally": no event is called so.
std::string tally_name(std::string_view event);
crypto::Digest tally_bucket(std::string_view event, int shard);
int tally_shard(const crypto::Digest& flood_bucket);
std::int64_t tally_minute(Time at);

struct Tallies {
  std::int64_t logins = 0;
  std::int64_t login_failures = 0;
};
// From the ten minutes on that `since` lies in.
Tallies tallies_since(const Occasion& occasion, Time since);

}  // namespace gatehouse::audit
