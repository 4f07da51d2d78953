// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "auth/process.h"
#include "base/result.h"

namespace gatehouse::passwords {

// All hashing goes through here: in a hash slot, never inside a unit. Refused with 503 when every slot stays taken.
Result<std::string> hash(const Occasion& occasion, const Secret& password);

// The slot is still held: a failure is recorded before the next guess may be evaluated, so that never more than the
// limit and one guess per slot are. A caller without a failure to record lets go of it.
struct Verdict {
  std::optional<Slots::Held> slot{};
  bool right = false;
  // The password hashed anew, when what is stored is of another kind or cheaper.
  std::optional<std::string> better_hash{};
};

// `may_try` is asked once the slot is held: whoever was locked out while waiting is not evaluated any more. Without a
// stored hash, or when it may not be tried, the same work is done for nothing.
Result<Verdict> check(const Occasion& occasion, std::string_view stored, const Secret& password,
                      const std::function<bool()>& may_try);

}  // namespace gatehouse::passwords
