// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "auth/process.h"
#include "base/result.h"

// A database that was put back to what it was: what has ended since lives again there, and must not.
namespace gatehouse::restored {

enum class ApiKeys { stay, end };

struct Restored {
  std::string kid;  // what signs from now on; every older key is revoked
  std::int64_t sessions = 0;
  std::int64_t api_keys = 0;
};

// Ends every session, and revokes every signing key for a new one; so no token, cookie or code from before is good for
// anything, nor one that was mailed. On record. May be killed and run again, and ends what began meanwhile, too.
// Refused, with nothing changed, where no other key can be made (HS256).
Result<Restored> end_everything(const Occasion& occasion, ApiKeys api_keys);

}  // namespace gatehouse::restored
