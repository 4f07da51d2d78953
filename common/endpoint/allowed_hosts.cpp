// SPDX-License-Identifier: Apache-2.0
#include "endpoint/allowed_hosts.h"

#include "base/host.h"

namespace gatehouse {

bool is_allowed_host(const Settings& settings, std::string_view host) {
  return is_listed_host(settings.allowed_hosts, host);
}

Result<Done> check_host(const Settings& settings, std::string_view host) {
  if (host.empty()) return Done{};
  if (!is_host(host)) return Refusal{Reason::malformed, "the Host is not a host name"};
  if (!is_allowed_host(settings, host)) return Refusal{Reason::misdirected, "this name is not served here"};
  return Done{};
}

}  // namespace gatehouse
