// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/outbox/outbox.h"

namespace gatehouse::outbox {

// News of an account, for its owner. Each is written before the unit it tells of and posted inside; where MAIL_FROM is
// empty it is an empty letter, which `post` passes over. News never keep from happening what they tell of: where they
// can't be written, the log says so.

// `last_login_at` and `welcomed_at` as they were before this login: none for the first one of all, nor from where
// somebody has logged in before.
Letter news_of_sign_in(const Occasion& occasion, UserId user, std::optional<Time> last_login_at,
                       std::optional<Time> welcomed_at);

// For who has no account the same work, to nobody: `subject` is what their failures are counted by.
Letter news_of_lock(const Occasion& occasion, Topic topic, std::optional<UserId> user, std::string_view subject);

Letter news_of_password(const Occasion& occasion, UserId user);

Letter news_of_api_key(const Occasion& occasion, UserId user, std::string_view name, std::string_view prefix);

// Whichever of the others.
Letter news(const Occasion& occasion, Topic topic, UserId user, std::initializer_list<Filling> fillings = {});

}  // namespace gatehouse::outbox
