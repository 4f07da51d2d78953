// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>

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
    std::int64_t given = 0;    // away, in this window
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

// How much a process draws at a time. `tenths`: so that no row is hot; an allowance may end early by less than a block
// per process. `growing`: a quarter of what it gave away in this window, a tenth of all at most; for what many
// executables draw from, most of them once. Neither ever ends late.
enum class Blocks { tenths, growing };

// Windows are of the clock, and so of each machine's own: where clocks differ, two windows overlap for as long.
Time end_of_window(Time now, seconds window);

struct Terms {
  std::int64_t most = 0;
  seconds window{};
  Blocks blocks = Blocks::tenths;
  Draws draws = Draws::blocks;
};
// What the database said: all that was asked for, or nothing; and what is left there.
struct Drawn {
  std::int64_t amount = 0;
  std::int64_t undrawn = 0;
};
using Draw = std::function<Drawn(std::int64_t amount, Time window_ends_at)>;

// Takes one from the bucket's allowance of this window, out of the purse as long as there is something in it. What is
// used up stays so until the window ends: a flood that is refused draws nothing.
Allowance take(Purse& purse, const crypto::Digest& bucket, const Terms& terms, Time now, const Draw& draw);

// The same of a bucket of gh_allowances, which has a row of its own.
Allowance take(const Occasion& occasion, const crypto::Digest& bucket, std::int64_t most, seconds window);

}  // namespace gatehouse::allowances
