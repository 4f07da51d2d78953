// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "auth/principal/principal.h"
#include "auth/recovery/email_tokens.h"

namespace gatehouse::recovery {

// Somebody wants another address: nothing changes before that one confirms. Where it is somebody else's, its owner is
// told instead, and the answer is the same. Refused where there is no mail, or too many were asked for.
Result<Offer> prepare_change(const Occasion& occasion, const Principal& principal, const std::string& email);

// Inside the unit of confirm(), which holds the account: its address becomes the token's. The old one, where it was
// confirmed, is told, and for 72 hours can take the account back.
struct Change {
  Found token;
  Offer undo;
};
Result<Done> make_change(db::Work& work, const Occasion& occasion, const Change& change, const Held& before,
                         const std::optional<SessionId>& session);

// The old address again, by who reads its mail and has nothing else. Nobody can tell who the thief is, so nobody stays
// in: every session ends, and the password is no more, until the old address has set another (the mail for that goes
// out with it). Second factors stay, API keys too. An older change can still be undone after it, a newer one not.
Result<Done> undo_change(const Occasion& occasion, const std::string& token);

}  // namespace gatehouse::recovery
