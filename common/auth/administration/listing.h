// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auth/users/users.h"

namespace gatehouse::administration {

struct Question {
  std::int64_t skip = 0;
  std::int64_t limit = 100;
  std::optional<std::string> q;  // how a user name or an email begins
  std::optional<std::string> role;
  std::optional<bool> is_active;
  std::optional<std::string> cursor;  // where the page before ended; instead of skip
};
extern const TextRule kBeginning;
extern const TextRule kCursor;

struct Page {
  std::vector<users::User> users;
  std::string total;                // of all pages; "300+": at least so many
  std::optional<std::string> next;  // the same question, as a query, of the page behind; nullopt: this is the last
};

// By id. With `q` first those whose user name begins so, in the order of names, then those whose email does and who
// were not among them, in the order of emails: so that each part is a range of an index, and stays one while people
// come and go. A search looks at no more than 10,000 names and as many emails for one page, and counts no further:
// where role or is_active leave few of those, a page may be short, or empty, and still have a next one.
Result<Page> list(const Occasion& occasion, const Question& question);

}  // namespace gatehouse::administration
