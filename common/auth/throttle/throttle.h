// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "auth/audit/audit.h"
#include "auth/process.h"
#include "crypto/hash.h"

namespace gatehouse::throttle {

// Whose account is guessed at: a hash of the user's id, or of the canonical name when nobody has it. The same rows, the
// same commits and the same work either way, so that nothing tells the two apart.
using Subject = crypto::Digest;
Subject subject_of(UserId user);
Subject subject_of_unknown(std::string_view canonical_name);
// Whose second factor is guessed at: counted apart, so that a right password is no fresh start.
Subject subject_of_factor(UserId user);

// What is known of a subject, as seen from this occasion's address.
struct Record {
  bool is_locked = false;  // no guess from here is evaluated
  bool has_failures = false;
  std::optional<Time> welcomed_at{};
};
// Asked before a hash slot is taken, and again when it is.
Record look_up(const Occasion& occasion, const Subject& subject);

// Whether a refused guess was looked at, or refused unseen because of a lock.
enum class Guess { evaluated, unseen };

// One atomic statement counts the failure, for this address and, if it was evaluated, for the account; in a unit of its
// own with its audit record, which commits: a refused guess still counts, also when this process dies the moment after.
// Where the outcome of the COMMIT is unknown it counts twice, which errs on the strict side.
void record_failure(const Occasion& occasion, const Subject& subject, Guess guess, std::optional<UserId> user,
                    audit::Event event = audit::Event::login_failure);

// A login succeeded: takes back the count of its own address only, and remembers the address. Writes what `seen`,
// looked up before the password was judged, does not say already: a failure counted since then stays, as one after the
// login would; an address is remembered to the hour.
void welcome(db::Work& work, const Occasion& occasion, const Subject& subject, const Record& seen);

// Inside a unit that has its own reason and its own audit record: every count and lock of this subject; and the
// addresses it has logged in from. The former says how many there were.
std::int64_t forget_all(db::Work& work, const Subject& subject);
void forget_addresses(db::Work& work, const Subject& subject);

}  // namespace gatehouse::throttle
