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

struct Verdict {
  bool right = false;
  std::optional<std::string>
      better_hash;  // the password hashed anew, when what is stored is of another kind or cheaper
};

// `may_try` is asked once the slot is held: whoever was locked out while waiting is not evaluated any more. Without a
// stored hash, or when it may not be tried, the same work is done for nothing.
Result<Verdict> check(const Occasion& occasion, std::string_view stored, const Secret& password,
                      const std::function<bool()>& may_try);

}  // namespace gatehouse::passwords
