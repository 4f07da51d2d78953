// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/address.h"

namespace gatehouse {

// "10.0.0.0/8", "2001:db8::/32", or one address.
class Network {
 public:
  // nullopt where it is none, or has bits behind its prefix: then somebody meant another.
  static std::optional<Network> parse(std::string_view text);

  bool contains(const Address& address) const;

 private:
  Address first_;
  int bits_ = 0;
};

}  // namespace gatehouse
