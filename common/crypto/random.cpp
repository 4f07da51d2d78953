// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <sodium.h>

#include "base/failure.h"
#include "crypto/sodium.h"

namespace gatehouse::crypto {

void start_sodium() {
  static const bool started = sodium_init() >= 0;
  if (!started) throw Failure("libsodium can't start");
}

void SystemRandomness::fill(std::span<unsigned char> out) {
  start_sodium();
  randombytes_buf(out.data(), out.size());
}

}  // namespace gatehouse::crypto
