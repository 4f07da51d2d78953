// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/audit/seals_rules.h"
#include "crypto/sign.h"

namespace gatehouse {

struct Occasion;

namespace audit {

struct Sealed {
  std::vector<Seal> seals{};  // by this call
  std::int64_t rows_dropped = 0;
  std::int64_t rows_blanked = 0;  // their addresses and user agents
  std::vector<Hour> untouched{};  // hours that are not as they were sealed, and so keep theirs
  bool is_finished = false;       // else there is more, for the next time
};

// Seals every hour that closed an hour ago or earlier and has no seal yet, those without rows too, so that no hour can
// be taken out of the chain; then drops what is older than AUDIT_RETENTION_DAYS, whole hours, a signed note first. Each
// seal goes to syslog. What is older than ADDRESS_RETENTION_DAYS loses addresses and user agents, a signed note first
// of what the rest comes to. May be run twice at once, and again after it was killed at any point. The first time ever,
// it makes the key; throws Misconfigured where there are seals already and their key is gone.
Sealed seal(const Occasion& occasion, seconds budget);

struct Verdict {
  std::int64_t seals = 0;
  std::int64_t rows = 0;
  std::int64_t hours_dropped = 0;     // by retention
  std::int64_t hours_blanked = 0;     // by retention: addresses and user agents are not there, and prove nothing
  std::optional<Seal> first{};        //
  std::optional<Seal> last{};         //
  std::int64_t unsealed_rows = 0;     // newer than the last seal
  bool has_known = false;             // a seal of the digest that was asked for
  std::optional<Hour> being_dropped;  // with rows left that the next sweep takes away
};

// Reads the whole chain. `complain` is told of every hour that is not as it was sealed, and what is wrong with it.
Verdict verify(const Occasion& occasion, const std::vector<crypto::VerifyingKey>& keys,
               const std::optional<crypto::Digest>& known,
               const std::function<void(Hour, const std::string&)>& complain);

}  // namespace audit
}  // namespace gatehouse
