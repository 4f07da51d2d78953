// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/service.h"

namespace gatehouse::transport {

// Serves the one request that this process was started for: RFC 3875. Answers the exit status.
int serve_cgi(Service& service, char** environment);

}  // namespace gatehouse::transport
