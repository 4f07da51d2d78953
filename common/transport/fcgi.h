// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/service.h"

namespace gatehouse::transport {

// Serves one request after the other from the listening socket until SIGTERM or SIGINT, then finishes what it has
// accepted; the socket, which a parent holds, keeps what is queued. Answers the exit status.
int serve_fastcgi(Service& service, int listening_socket);

}  // namespace gatehouse::transport
