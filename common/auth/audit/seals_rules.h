// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "auth/audit/rows.h"
#include "base/time.h"
#include "crypto/hash.h"

namespace gatehouse::audit {

// Hours are counted from 1970.
using Hour = std::int64_t;
inline constexpr std::int64_t kHourMillis = 3'600'000;

// The newest hour whose rows are all there: it closed an hour ago.
Hour newest_closed(Time now);
// The newest hour that ended this long ago or longer.
Hour newest_older_than(Time now, days age);
std::string name_of_hour(Hour hour);  // "2026-03-01T12Z"

// What a seal is about: the times of an hour, and for the first seal everything before it too.
struct Span {
  std::int64_t from;
  std::int64_t to;  // not included
};
Span span_of(Hour hour, const crypto::Digest& previous);

// The row's bytes that the digest is over (common/FORMATS.md).
std::string encode(const Row& row);

struct Seal {
  Hour hour = 0;
  std::int64_t row_count = 0;
  std::int64_t first_id = 0;
  std::int64_t last_id = 0;
  crypto::Digest previous{};  // zeros: the first seal
  crypto::Digest digest{};
  std::int64_t sealed_at = 0;
  std::string signature{};
};
// What the signature is over.
std::string signed_bytes(const Seal& seal);

// Retention dropped the rows of that seal.
struct Drop {
  Hour hour = 0;
  std::int64_t dropped_at = 0;
  std::string signature{};
};
std::string signed_bytes(const Drop& drop, const crypto::Digest& seal);

// Retention took addresses and user agents out of the rows of that seal; what is left comes to this digest.
struct Blank {
  Hour hour = 0;
  std::int64_t blanked_at = 0;
  crypto::Digest digest{};
  std::string signature{};
};
std::string signed_bytes(const Blank& blank, const crypto::Digest& seal);

// The digest of a seal, row by row.
class Content {
 public:
  Content(Hour hour, const crypto::Digest& previous);
  void add(const Row& row);
  // The seal of what was added, without signature and time.
  Seal finish();

 private:
  Seal seal_;
  crypto::Hasher hasher_;
};

}  // namespace gatehouse::audit
