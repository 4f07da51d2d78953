// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/config.h"
#include "outbound/mail_client.h"

namespace gatehouse::tool {

// As MAIL_URL says; the password from MAIL_PASSWORD_FILE where it names somebody. Throws CommandError where it says
// nothing.
outbound::MailClient::Account mail_account(const Settings& settings);

// The key pair of an installation that has none, the private half for the system user of the sender where there is one.
// True: made now.
bool make_mail_keys(const Settings& settings);

}  // namespace gatehouse::tool
