// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/outbox/outbox.h"
#include "auth/passwords/slots.h"
#include "auth/principal/principal.h"
#include "auth/throttle/throttle.h"
#include "base/text_rule.h"
#include "json/shape.h"

// The second factor: codes of a device (TOTP), and recovery codes in their place.
namespace gatehouse::factors {

// What a request shows of it. Where there is a code, the recovery code is not looked at.
struct Shown {
  std::optional<std::string> code{};
  std::optional<std::string> recovery_code{};

  // One field for both: six digits are a code, all else is a recovery code.
  static Shown of(std::optional<std::string> either);
  bool is_nothing() const { return !code && !recovery_code; }
};

// 422: neither a code nor a recovery code.
Refusal nothing_shown();

inline constexpr TextRule kCode{
    .least = 6, .most = 6, .meaning = "the six digits that the device shows", .pattern = "^[0-9]{6}$"};
inline constexpr TextRule kOptionalCode{.least = 6,
                                        .most = 6,
                                        .meaning = "the six digits that the device shows; left out: a recovery code",
                                        .pattern = "^[0-9]{6}$"};
inline constexpr TextRule kRecoveryCode{.least = 16, .most = 32, .meaning = "one of the recovery codes"};
// Where one field is for both.
inline constexpr TextRule kEither{.least = 1, .most = 32, .meaning = "a code of the second factor, or a recovery code"};

// A code that was right when it was looked at, to be used up in the unit that it opens.
struct Proof {
  UserId user;
  std::string_view amr;  // of a login by it
  Time confirmed_at;     // of the factor that it is of
  std::optional<std::int64_t> step{};
  crypto::Digest recovery_code{};
  std::optional<outbox::Letter> letter{};
};

// A slot is held meanwhile, as with passwords: a failure is recorded before the next guess may be looked at.
struct Verdict {
  std::optional<passwords::Slots::Held> slot{};
  throttle::Record record{};  // of the factor's own subject
  throttle::Guess guess = throttle::Guess::unseen;
  std::optional<Proof> proof{};  // none: wrong, used before, locked, or no such factor
};

// A guess at the second factor of this account; throttled by a count of its own. Who is refused records the failure.
Result<Verdict> check_guess(const Occasion& occasion, UserId user, const Shown& shown);
void record_failure(const Occasion& occasion, UserId user, throttle::Guess guess);

// Inside the unit that it opens: one conditional UPDATE decides. False: used meanwhile, or by an earlier run of this
// unit; then nothing was written.
[[nodiscard]] bool use(db::Work& work, const Occasion& occasion, const Proof& proof,
                       const std::optional<SessionId>& session);
// … where all that it was for went well: takes back the count of this address's failures.
void welcome(db::Work& work, const Occasion& occasion, UserId user, const throttle::Record& seen);

struct Enrolment {
  std::string uri;
  Secret secret;
  std::string qr_svg;
};
inline constexpr json::ShapeOf<Enrolment> kEnrolment{
    "Enrolment",
    json::field<&Enrolment::uri>("uri"),
    json::field<&Enrolment::secret>("secret"),
    json::field<&Enrolment::qr_svg>("qr_svg"),
};

struct RecoveryCodes {
  std::vector<std::string> recovery_codes;
};
inline constexpr json::ShapeOf<RecoveryCodes> kRecoveryCodes{
    "RecoveryCodes", json::field<&RecoveryCodes::recovery_codes>("recovery_codes")};

struct Status {
  bool is_active = false;
  std::optional<Time> confirmed_at;
  std::int64_t recovery_codes_left = 0;
};
inline constexpr json::ShapeOf<Status> kStatus{
    "SecondFactor",
    json::field<&Status::is_active>("is_active"),
    json::field<&Status::confirmed_at>("confirmed_at"),
    json::field<&Status::recovery_codes_left>("recovery_codes_left"),
};

Status status(const Occasion& occasion, const Principal& principal);

// A new seed, in place of one that was only offered. 409 while a factor is active: it would be lost.
Result<Enrolment> enroll(const Occasion& occasion, const Principal& principal);

// The device has the seed: from now on the account has a factor, this session was made by it, and every other session
// ends, as whoever has one by a stolen password must not stay. Answers the recovery codes, once.
Result<RecoveryCodes> confirm(const Occasion& occasion, const Principal& principal, const std::string& code);

// Ten others in place of those there are.
Result<RecoveryCodes> renew_recovery_codes(const Occasion& occasion, const Principal& principal, const Shown& shown);

// One's own factor, by a code of it; every other session ends.
Result<Done> remove(const Occasion& occasion, const Principal& principal, const Shown& shown);

// Inside a unit that has its own reason and its own audit record: all that the account has of it. False: it had none.
bool forget(db::Work& work, UserId user);

}  // namespace gatehouse::factors
