// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace gatehouse::crypto {

// While one lives, the block that libsodium maps for an argon2id hash is lent to it from what the last hash left, and
// taken back, wiped, when it unmaps it. One at a time: processes have one thread.
class LentArgon2Memory {
 public:
  LentArgon2Memory();
  ~LentArgon2Memory();
  LentArgon2Memory(const LentArgon2Memory&) = delete;
  LentArgon2Memory& operator=(const LentArgon2Memory&) = delete;

  // The kernel had no such block to give. To libsodium's verification that is the same as a wrong password.
  bool was_refused() const;
};

}  // namespace gatehouse::crypto
