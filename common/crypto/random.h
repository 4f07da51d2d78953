// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/random.h"

namespace gatehouse::crypto {

// The kernel's generator, through libsodium.
class SystemRandomness final : public Randomness {
 public:
  void fill(std::span<unsigned char> out) override;
};

}  // namespace gatehouse::crypto
