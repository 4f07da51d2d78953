// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/config.h"
#include "base/log.h"

namespace gatehouse {

// Where LOG_TO says. No request fails, or waits, because a line can't be written: it is lost, stderr is told so once,
// and the next line that is written follows one with the number of those that were not. A file that was renamed away
// (logrotate) is left for a new one of its name within a second.
LogSink log_sink(const Settings& settings);

}  // namespace gatehouse
