// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace gatehouse {

// Disk, crypto, driver: nothing the caller did. Answered with 500 and no detail; the process ends after answering.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A setting, a secret file or a schema that the service must not run with. Answered with 503; the log says why.
struct Misconfigured : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// An invariant of ours is broken. Tests abort; the product rolls back and answers 500.
[[noreturn]] void bug(const std::string& what);

}  // namespace gatehouse
