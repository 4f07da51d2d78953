// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "crypto/hash.h"

namespace gatehouse {
struct Occasion;
}

// How many requests of a key, or of a user, in one window, counted by all processes and machines together.
namespace gatehouse::allowances {

struct Allowance {
  std::int64_t most = 0;
  std::int64_t remaining = 0;  // as far as this process knows: what others have drawn is gone
  seconds resets_in{};
  bool granted = false;
};

// What this process has drawn and not yet given away. Bounded: what finds no room is drawn one by one, and not kept,
// since forgetting a block would end an allowance early.
class Purse {
 public:
  struct Block {
    Time window_ends_at{};
    std::int64_t left = 0;     // to give away without asking
    std::int64_t undrawn = 0;  // in the database, when it was last asked
  };
  // nullptr: there is no room until a window ends.
  Block* of(const crypto::Digest& bucket, Time now);

 private:
  std::map<crypto::Digest, Block> blocks_;
};

// Whether a process lives long enough to give a block away: under CGI each request is a process of its own.
enum class Draws { one_by_one, blocks };

// Takes one from the bucket's allowance of this window. A process draws a tenth at a time and gives it away from
// memory, so that no row is hot: an allowance may end early by less than a block per process, and never late. Windows
// are of the clock, and so of each machine's own: where clocks differ, two windows overlap for as long.
Allowance take(const Occasion& occasion, const crypto::Digest& bucket, std::int64_t most, seconds window);

}  // namespace gatehouse::allowances
