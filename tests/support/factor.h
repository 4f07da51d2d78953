// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "auth/factors/seed_context.h"
#include "auth/factors/totp.h"
#include "auth/keys/master_keys.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "support/server.h"

namespace gatehouse::test {

// A second factor as if it had been confirmed long ago, with two recovery codes.
inline constexpr std::string_view kSeed = "12345678901234567890";
inline constexpr const char* kRecoveryCode = "ABCD-EFGH-IJKL-MNOP";
inline constexpr const char* kOtherRecoveryCode = "QRST-UVWX-YZ23-4567";

inline std::string code_at(Time now, int steps = 0) { return factors::code_at(kSeed, factors::step_at(now) + steps); }

inline std::string hash_of_recovery_code(std::string_view code) {
  return to_hex(bytes_of(crypto::labelled_sha256("recovery code", *factors::canonical_recovery_code(code))));
}

// The statements that give it to a user; `confirmed_at` may be NULL.
inline std::vector<std::string> factor_of(std::int64_t user, const std::string& confirmed_at = "5",
                                          const std::string& created_at = "5") {
  crypto::SystemRandomness random;
  const keys::MasterKeys master(installation().master_key_file);
  const std::string id = std::to_string(user);
  const std::string sealed = to_hex(master.seal(factors::seed_context(UserId{user}), kSeed, random));
  std::vector<std::string> statements{"INSERT INTO gh_totp (user_id, sealed_seed, created_at, confirmed_at) VALUES (" +
                                      id + ", X'" + sealed + "', " + created_at + ", " + confirmed_at + ")"};
  for (const char* code : {kRecoveryCode, kOtherRecoveryCode}) {
    statements.push_back("INSERT INTO gh_recovery_codes (user_id, hash, created_at) VALUES (" + id + ", X'" +
                         hash_of_recovery_code(code) + "', 0)");
  }
  return statements;
}

}  // namespace gatehouse::test
