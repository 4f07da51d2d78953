// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/process.h"
#include "auth/throttle/throttle.h"
#include "base/result.h"

namespace gatehouse::passwords {

// All hashing goes through here: in a hash slot, never inside a unit. Refused with 503 when every slot stays taken.
Result<std::string> hash(const Occasion& occasion, const Secret& password);

// The slot is still held: a failure is recorded before the next guess may be evaluated, so that never more than the
// limit and one guess per slot are. A caller without a failure to record lets go of it.
struct Verdict {
  std::optional<Slots::Held> slot{};
  throttle::Record record{};  // as it was when the slot was taken
  bool right = false;
  throttle::Guess guess = throttle::Guess::unseen;
  // The password hashed anew, when what is stored is of another kind or cheaper.
  std::optional<std::string> better_hash{};
};

// A guess at the password of whoever `subject` is. Throttled: the lock is looked up before the slot is taken and again
// when it is, so of many at once those who waited see the lock that the first ones caused. Locked, or without a stored
// hash, the same work is done for nothing.
Result<Verdict> check_guess(const Occasion& occasion, std::string_view stored, const Secret& password,
                            const throttle::Subject& subject);

}  // namespace gatehouse::passwords
