// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/process.h"
#include "auth/throttle/throttle.h"
#include "base/result.h"

namespace gatehouse::passwords {

// What is said where every slot stays taken.
Refusal busy();

// All hashing goes through here: in a hash slot, never inside a unit. Refused with 503 when every slot stays taken.
Result<std::string> hash(const Occasion& occasion, const Secret& password);

// Whether somebody may choose this password, typed into `field`: by the rules, and by BREACH_LIST.
Result<Done> judge_new(const Occasion& occasion, std::string_view field, const Secret& password,
                       std::string_view username);

// A hash that another product made. "" or why it can't be taken: of no known kind, garbled, too costly to check.
std::string_view judge_foreign(const Occasion& occasion, std::string_view foreign_hash);

// What a hash that is fast or unsalted is wrapped with until its owner logs in: two thousand a second on one core, or
// as much as a password costs here.
enum class Wrapping { quick, full };

// As it is to be stored: as it was, or wrapped. Refused when it can't be taken, and with 503 as hash() is.
Result<std::string> adopt_foreign(const Occasion& occasion, std::string_view foreign_hash, Wrapping wrapping);

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
// Upgrade::no: without a better hash, whose making would tell that the password was right.
enum class Upgrade { where_outdated, no };
Result<Verdict> check_guess(const Occasion& occasion, std::string_view stored, const Secret& password,
                            const throttle::Subject& subject, Upgrade upgrade = Upgrade::where_outdated);

}  // namespace gatehouse::passwords
