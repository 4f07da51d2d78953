// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace gatehouse::crypto {

// For one who reads and many who write: anybody who has the public half seals, and only the private half opens
// (libsodium's sealed box). Both halves are 32 bytes.
struct BoxKey {
  Secret private_half;
  std::string public_half;
};
BoxKey generate_box_key();
// Of a private half that was kept.
std::string public_half_of(const Secret& private_half);

std::string seal_to(std::string_view public_half, const Secret& plain);
std::optional<Secret> open_box(const Secret& private_half, std::string_view box);

}  // namespace gatehouse::crypto
