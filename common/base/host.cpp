// SPDX-License-Identifier: Apache-2.0
#include "base/host.h"

#include <algorithm>

#include "base/address.h"
#include "base/text.h"

namespace gatehouse {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035 section 3.1, as text

struct Parts {
  std::string_view name;  // with its brackets
  std::string_view port;  // empty: none
  bool has_colon = false;
};

Parts parts_of(std::string_view host) {
  const auto bracket = host.find(']');
  const auto colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) return {host, {}};
  return {host.substr(0, colon), host.substr(colon + 1), true};
}

bool is_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || name.size() > kLongestName || name.front() == '.') return false;
  if (name.find("..") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_bracketed_address(std::string_view name) {
  return name.starts_with('[') && name.ends_with(']') && name.find(':') != std::string_view::npos &&
         !Address::parse(name.substr(1, name.size() - 2)).raw().empty();
}

}  // namespace

bool is_origin(std::string_view text) {
  const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  return scheme != 0 && is_host(text.substr(scheme)) && std::none_of(text.begin(), text.end(), is_upper);
}

bool is_host(std::string_view text) {
  const Parts parts = parts_of(text);
  if (!is_name(parts.name) && !is_bracketed_address(parts.name)) return false;
  if (!parts.has_colon || parts.port.empty()) return true;  // RFC 3986 section 3.2.3: an empty port is none
  const bool is_number = parts.port.size() <= 5 && std::all_of(parts.port.begin(), parts.port.end(), is_digit);
  return is_number && *parse_integer(parts.port) <= 65535;
}

std::string host_of(std::string_view origin) {
  const auto scheme = origin.find("://");
  if (scheme != std::string_view::npos) origin.remove_prefix(scheme + 3);
  return to_lower(parts_of(origin).name);
}

bool is_listed_host(const std::vector<std::string>& allowed, std::string_view host) {
  const std::string lower = to_lower(host);
  const Parts asked = parts_of(lower);
  std::string_view name = asked.name;
  if (name.ends_with('.')) name.remove_suffix(1);
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& each) {
    if (each == "*") return true;
    const Parts listed = parts_of(each);
    if (!listed.port.empty() && listed.port != asked.port) return false;
    if (!listed.name.starts_with("*.")) return name == listed.name;
    const std::string_view suffix = listed.name.substr(1);  // ".example.com"
    return name.size() > suffix.size() && name.ends_with(suffix);
  });
}

}  // namespace gatehouse
