// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace gatehouse {

// Where every unguessable byte comes from: crypto::SystemRandomness in the product, a counted one in tests.
class Randomness {
 public:
  virtual ~Randomness() = default;
  virtual void fill(std::span<unsigned char> out) = 0;
};

}  // namespace gatehouse
