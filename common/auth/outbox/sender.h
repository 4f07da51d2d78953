// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/outbox/outbox.h"
#include "base/mail.h"

namespace gatehouse::outbox {

using Deliver = std::function<Delivery(const Parcel&)>;

struct Tally {
  int delivered = 0;
  int dropped = 0;    // to nobody who reads it
  int dead = 0;       // given up
  int postponed = 0;  // to be tried again
  bool is_reachable = true;
  friend bool operator==(const Tally&, const Tally&) = default;
};

// Sends what is due, one mail after the other, until nothing is, `stop` says so, or nobody can be reached. Several may
// do that at once: who claims a mail has it for ten minutes, which a killed one can't give back. A mail arrives at
// least once; a second copy has the same Message-ID.
Tally send_due(
    const Occasion& occasion, const Secret& private_key, const Deliver& deliver,
    const std::function<bool()>& stop = [] { return false; });

// For an operator's eyes.
struct Listed {
  MailId id;
  std::string topic;
  std::optional<UserId> user;
  std::string state;
  Time created_at;
  Time due_at;
  std::int64_t attempts;
  std::string error;
};
// Of this state, newest first, at most a thousand.
std::vector<Listed> list_mail(const Occasion& occasion, std::string_view state);

// Makes what waits and is not being sent due at once: one, or all. Answers how many.
std::int64_t retry_mail(const Occasion& occasion, const std::optional<MailId>& id);

std::int64_t count_waiting(const Occasion& occasion);

}  // namespace gatehouse::outbox
