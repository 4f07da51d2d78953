// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "auth/guard/sites.h"
#include "base/time.h"

namespace gatehouse::guard {

// The rules file as this process knows it: looked at once a second, so that a change needs no restart. A broken one
// leaves the rules that were good in force.
class Rulebook {
 public:
  // Throws Misconfigured where there are no good rules at all. `trouble` is what is wrong with the file since the last
  // look that said so: for the log.
  const Sites& present(const std::string& file, Time now, std::string& trouble);

 private:
  // What tells one state of the file from another.
  struct Stamp {
    std::int64_t device = 0, inode = 0, size = 0, modified = 0, changed = 0;
    bool operator==(const Stamp&) const = default;
  };
  void read(const std::string& file);

  std::optional<Sites> sites_;
  std::optional<Stamp> read_;
  std::optional<Time> looked_at_;
  std::optional<Time> complained_at_;
  std::string wrong_;  // with the file as it is now; "" when it is good
};

// "guard.rules:12: what is wrong", apart by line ends.
std::string describe(const std::string& file, const Reading& reading);

}  // namespace gatehouse::guard
