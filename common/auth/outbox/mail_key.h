// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/config.h"
#include "crypto/box.h"

namespace gatehouse::outbox {

// MAIL_KEY_FILE: 32 bytes in base64url, a line. nullopt: there is no such file. Throws Misconfigured where it is no
// key.
std::optional<Secret> read_mail_key(const Settings& settings);

// A new one where there is none, for its owner only; false: there was one, or somebody else was faster. What waits,
// sealed to another one, is lost by that: who calls has looked.
bool make_mail_key(const Settings& settings);

// MAIL_PUBLIC_KEY_FILE, 32 bytes. Throws Misconfigured where it is none.
std::string read_mail_public_key(const Settings& settings);
// Makes it what the private half says; false: it was so.
bool write_mail_public_key(const Settings& settings);

}  // namespace gatehouse::outbox
