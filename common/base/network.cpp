// SPDX-License-Identifier: Apache-2.0
#include "base/network.h"

#include "base/text.h"

namespace gatehouse {
namespace {

bool bit(std::string_view bytes, int index) {
  const auto byte = static_cast<unsigned char>(bytes[static_cast<std::size_t>(index) / 8]);
  return (byte >> (7 - index % 8) & 1) != 0;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  Network network;
  network.first_ = Address::parse(text.substr(0, slash));
  const int most = static_cast<int>(network.first_.raw().size()) * 8;
  if (most == 0) return std::nullopt;
  network.bits_ = most;
  if (slash != std::string_view::npos) {
    const auto bits = parse_integer(text.substr(slash + 1));
    if (!bits || *bits < 0 || *bits > most) return std::nullopt;
    network.bits_ = static_cast<int>(*bits);
  }
  for (int i = network.bits_; i < most; ++i) {
    if (bit(network.first_.raw(), i)) return std::nullopt;
  }
  return network;
}

bool Network::contains(const Address& address) const {
  if (address.raw().size() != first_.raw().size()) return false;
  for (int i = 0; i < bits_; ++i) {
    if (bit(address.raw(), i) != bit(first_.raw(), i)) return false;
  }
  return true;
}

}  // namespace gatehouse
