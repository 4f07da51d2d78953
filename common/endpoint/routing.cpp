// SPDX-License-Identifier: Apache-2.0
#include "endpoint/routing.h"

#include "base/failure.h"

namespace gatehouse {

const Endpoint& endpoint_for(std::span<const ListedEndpoint> all, std::string_view path) {
  const Endpoint* best = nullptr;
  const Endpoint* root = nullptr;
  for (const auto& [file, endpoint] : all) {
    if (endpoint->route() == "/") root = endpoint;
    if (is_on_guarded_sites(*endpoint) || !endpoint->match(path)) continue;
    // '{' comes after every character of a literal.
    if (!best || endpoint->route() < best->route()) best = endpoint;
  }
  if (!best && !root) bug("there is no root endpoint");
  return best ? *best : *root;
}

const Endpoint* endpoint_named(std::span<const ListedEndpoint> all, std::string_view name) {
  for (const auto& [file, endpoint] : all) {
    if (endpoint->name() == name) return endpoint;
  }
  return nullptr;
}

bool is_on_guarded_sites(const Endpoint& endpoint) {
  return endpoint.guard() != nullptr || endpoint.route().starts_with("/.gatehouse/");
}

}  // namespace gatehouse
