// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "auth/api_keys/api_keys.h"
#include "auth/recovery/email_tokens.h"

namespace gatehouse::recovery {

// The same answer after the same work, whoever has that address. Changes nothing on the account.
Result<Done> request_reset(const Occasion& occasion, const std::string& email);

struct Reset {
  std::string token;
  Secret fresh;
  bool end_api_keys = false;
};

// Another password for who reads the account's mail. Every session ends and every lock is lifted; a second factor is
// asked for as before. An account whose address was never confirmed goes over to who has the mailbox as if it were new:
// its API keys and factors end, since somebody else may have prepared them. Answers the API keys that go on.
Result<std::vector<api_keys::Kept>> reset_password(const Occasion& occasion, const Reset& reset);

// The operator's, for somebody whose mail does not come: a token for reset_password, handed over by other means. It
// proves no mailbox, so it confirms none.
Result<Secret> make_reset_token(const Occasion& occasion, UserId user);

}  // namespace gatehouse::recovery
