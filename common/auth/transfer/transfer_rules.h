// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access/roles.h"
#include "auth/transfer/transfer.h"
#include "base/result.h"
#include "base/time.h"

namespace gatehouse::transfer {

// A line of a file of users (common/FORMATS.md), judged by the rules of registration.
struct Incoming {
  std::vector<std::string> usernames;  // to be tried in this order; the same ones each time the line is read
  std::string email;
  std::optional<std::string> full_name;
  std::string role = access::kUser;  // whether there is such a role is not for a pure rule to say
  bool is_active = true;
  bool is_verified = false;
  std::optional<Time> created_at;
  std::optional<std::string> hash;  // none: has no password
};

// Nothing to import: a blank line, or a comment of .htpasswd.
bool is_blank(std::string_view line);

// A JSON object, or NAME:HASH as in .htpasswd. The refusal's detail names every field that is wrong, never its value.
Result<Incoming> read_line(std::string_view line, const Import& import, Time now);

// "2026-01-31T09:05:00.250Z", or with an offset as in "+01:00" (RFC 3339).
std::optional<Time> from_rfc3339(std::string_view text);

}  // namespace gatehouse::transfer
