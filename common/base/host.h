// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

// What may stand in a Host field (RFC 9110 section 7.2): a name or an address, and perhaps a port.
bool is_host(std::string_view text);

// scheme://host[:port] in lower case and nothing behind it: what browsers send as Origin.
bool is_origin(std::string_view text);

// "https://auth.example.com:8443" -> "auth.example.com"
std::string host_of(std::string_view origin);

// `allowed`: "example.com" (with any port), "example.com:8443", "*.example.com" (whatever stands below it), "*".
bool is_listed_host(const std::vector<std::string>& allowed, std::string_view host);

}  // namespace gatehouse
