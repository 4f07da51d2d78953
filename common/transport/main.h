// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "endpoint/endpoint.h"

namespace gatehouse::transport {

// The whole of an executable's main: --describe and --version for people and generators; else FastCGI when started with
// a listening socket (fd 0, or the first of LISTEN_FDS), plain CGI when started for a request.
int run(const Endpoint& endpoint, int argc, char** argv);

// The same of all endpoints in one executable, for hosts that count processes. Called by the name of one of them (a
// link: users_me.fcgi), it is that one; else each request's path chooses.
int run_any(std::span<const ListedEndpoint> all, int argc, char** argv);

}  // namespace gatehouse::transport
