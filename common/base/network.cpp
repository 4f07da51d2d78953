// SPDX-License-Identifier: Apache-2.0
#include "base/network.h"

#include <algorithm>

#include "base/text.h"

namespace gatehouse {
namespace {

// Whether a and b, of the same length, begin with the same `bits` bits.
bool begin_alike(std::string_view a, std::string_view b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (a.substr(0, whole) != b.substr(0, whole)) return false;
  const int rest = bits % 8;
  return rest == 0 ||
         ((static_cast<unsigned char>(a[whole]) ^ static_cast<unsigned char>(b[whole])) >> (8 - rest)) == 0;
}

bool is_zero_behind(std::string_view bytes, int bits) {
  for (int bit = bits; bit < static_cast<int>(bytes.size()) * 8; ++bit) {
    if ((static_cast<unsigned char>(bytes[static_cast<std::size_t>(bit / 8)]) & (0x80U >> (bit % 8))) != 0)
      return false;
  }
  return true;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const std::string_view written = text.substr(0, slash);
  Network network;
  network.bytes_ = Address::parse(written).raw();
  const int most = static_cast<int>(network.bytes_.size()) * 8;
  // An IPv4 address written as IPv6 has two lengths for one prefix.
  const bool is_mapped = most == 32 && written.find(':') != std::string_view::npos;
  if (most == 0 || is_mapped) return std::nullopt;
  network.bits_ = most;
  if (slash != std::string_view::npos) {
    const auto bits = parse_integer(text.substr(slash + 1));
    if (!bits || *bits < 0 || *bits > most) return std::nullopt;
    network.bits_ = static_cast<int>(*bits);
  }
  if (!is_zero_behind(network.bytes_, network.bits_)) return std::nullopt;
  return network;
}

bool Network::contains(const Address& address) const {
  return address.raw().size() == bytes_.size() && begin_alike(address.raw(), bytes_, bits_);
}

std::string Network::text() const { return Address::from_raw(bytes_).text() + "/" + std::to_string(bits_); }

bool contains(const std::vector<Network>& networks, const Address& address) {
  return std::any_of(networks.begin(), networks.end(), [&](const Network& each) { return each.contains(address); });
}

}  // namespace gatehouse
