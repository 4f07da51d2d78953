// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "auth/process.h"
#include "auth/sessions/sessions.h"
#include "base/failure.h"

namespace gatehouse {

// One request as its handler sees it: the occasion, and who is asking.
class Context {
 public:
  Context(const Occasion& occasion, const std::optional<sessions::Principal>& principal)
      : occasion_(occasion), principal_(principal) {}

  // Use cases of auth/* take the occasion: `users::register_user(c, …)`.
  operator const Occasion&() const { return occasion_; }

  Process& process() const { return occasion_.process; }
  const Settings& settings() const { return occasion_.settings(); }
  Time now() const { return occasion_.now; }

  // Who was authenticated, as the policy demanded.
  const sessions::Principal& principal() const {
    if (!principal_) bug("a handler asked who is calling, but its policy lets anybody");
    return *principal_;
  }

 private:
  const Occasion& occasion_;
  const std::optional<sessions::Principal>& principal_;
};

}  // namespace gatehouse
