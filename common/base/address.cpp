// SPDX-License-Identifier: Apache-2.0
#include "base/address.h"

#include <arpa/inet.h>

#include <utility>

namespace gatehouse {
namespace {

constexpr std::string_view kMappedPrefix("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);

}  // namespace

Address Address::parse(std::string_view text) {
  Address address;
  if (text.find('\0') != std::string_view::npos) return address;  // inet_pton would see only what stands before it
  const std::string terminated(text);
  char bytes[16];
  if (inet_pton(AF_INET, terminated.c_str(), bytes) == 1) {
    address.bytes_.assign(bytes, 4);
  } else if (inet_pton(AF_INET6, terminated.c_str(), bytes) == 1) {
    address.bytes_.assign(bytes, 16);
    // A dual-stack socket shows IPv4 clients as ::ffff:a.b.c.d; they are the same clients.
    if (address.bytes_.starts_with(kMappedPrefix)) address.bytes_.erase(0, kMappedPrefix.size());
  }
  return address;
}

Address Address::from_raw(std::string bytes) {
  Address address;
  if (bytes.size() == 4 || bytes.size() == 16) address.bytes_ = std::move(bytes);
  return address;
}

std::string Address::network() const {
  if (bytes_.size() != 16) return bytes_;
  return bytes_.substr(0, 8) + std::string(8, '\0');
}

std::string Address::text() const {
  char text[INET6_ADDRSTRLEN];
  const int family = bytes_.size() == 4 ? AF_INET : AF_INET6;
  if (bytes_.empty() || inet_ntop(family, bytes_.data(), text, sizeof text) == nullptr) return "";
  return text;
}

}  // namespace gatehouse
