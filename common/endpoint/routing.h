// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "endpoint/endpoint.h"

namespace gatehouse {

// Which of all endpoints a path is for, as the front server's routes would have it: the most literal one that matches,
// and the root endpoint for what none does. Those of guarded sites have no URL here.
const Endpoint& endpoint_for(std::span<const ListedEndpoint> all, std::string_view path);

// "users_me"; nullptr where none is called so.
const Endpoint* endpoint_named(std::span<const ListedEndpoint> all, std::string_view name);

// Whether it answers on guarded sites, and not among the URLs of this installation.
bool is_on_guarded_sites(const Endpoint& endpoint);

}  // namespace gatehouse
