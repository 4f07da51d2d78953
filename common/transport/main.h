// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "endpoint/endpoint.h"

namespace gatehouse::transport {

// The whole of an executable's main: --describe and --version for people and generators; else FastCGI when started with
// a listening socket (fd 0, or the first of LISTEN_FDS), plain CGI when started for a request.
int run(const Endpoint& endpoint, int argc, char** argv);

}  // namespace gatehouse::transport
