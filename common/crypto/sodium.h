// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace gatehouse::crypto {

// libsodium picks its fastest code for this machine in sodium_init; every function of ours that calls it says this
// first. Once is enough, and later calls cost nothing.
void start_sodium();

}  // namespace gatehouse::crypto
