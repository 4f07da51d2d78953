// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace gatehouse {

// Where a request came from, as the front server says. IPv4 is kept in 4 bytes, IPv6 in 16, anything else in none.
class Address {
 public:
  Address() = default;
  static Address parse(std::string_view text);
  // As raw() gave it, back from the database.
  static Address from_raw(std::string bytes);

  // What the audit trail keeps.
  const std::string& raw() const { return bytes_; }
  // What guessing is counted by: an IPv6 customer holds a whole /64.
  std::string network() const;
  std::string text() const;

 private:
  std::string bytes_;
};

}  // namespace gatehouse
