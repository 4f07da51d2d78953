// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "auth/process.h"
#include "crypto/hash.h"

namespace gatehouse::throttle {

// Whose account is guessed at: a hash of the user's id, or of the canonical name when nobody has it. The same rows, the
// same commits and the same work either way, so that nothing tells the two apart.
using Subject = crypto::Digest;
Subject subject_of(UserId user);
Subject subject_of_unknown(std::string_view canonical_name);

// May a guess from here be evaluated at all? Asked before a hash slot is taken, and again when it is.
bool is_locked(const Occasion& occasion, const Subject& subject);

// Whether a refused guess was looked at, or refused unseen because of a lock.
enum class Guess { evaluated, unseen };

// One atomic statement counts the failure, for this address and, if it was evaluated, for the account; in a unit of its
// own with its audit record, which commits: a refused guess still counts, also when this process dies the moment after.
// Where the outcome of the COMMIT is unknown it counts twice, which errs on the strict side.
void record_failure(const Occasion& occasion, const Subject& subject, Guess guess, std::optional<UserId> user);

// A login succeeded: takes back the count of its own address only, and remembers the address.
void welcome(db::Work& work, const Occasion& occasion, const Subject& subject);

}  // namespace gatehouse::throttle
