// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace gatehouse {

// As in RFC 3164, section 4.1.1.
enum class SyslogSeverity { critical = 2, error = 3, warning = 4, info = 6, debug = 7 };

// One message of the facility authpriv to the syslog that listens at `socket`, in the form that syslog(3) sends. Never
// waits and never throws: false where it did not get there.
bool send_to_syslog(const std::string& socket, SyslogSeverity severity, Time now, std::string_view text) noexcept;

}  // namespace gatehouse
