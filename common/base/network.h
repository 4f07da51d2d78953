// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"

namespace gatehouse {

// "10.0.0.0/8", "2001:db8::/32", or one address.
class Network {
 public:
  // nullopt also where bits are set behind the prefix: then one of the two was meant otherwise.
  static std::optional<Network> parse(std::string_view text);

  bool contains(const Address& address) const;
  const std::string& raw() const { return bytes_; }  // 4 or 16 bytes
  int bits() const { return bits_; }
  std::string text() const;  // always with its prefix

 private:
  std::string bytes_;
  int bits_ = 0;
};

bool contains(const std::vector<Network>& networks, const Address& address);

}  // namespace gatehouse
