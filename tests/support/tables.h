// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "db/admin.h"

namespace gatehouse::test {

// All rows of all tables: what differs between two looks is what happened, and what does not differ did not.
class Tables {
 public:
  explicit Tables(db::Admin& admin);

  void empty_all();
  // Remembers how things are.
  void look();
  // Since the last look: "gh_audit +1, gh_passwords ~1, gh_throttle -1" (rows new, changed, gone), or "nothing".
  std::string changes();
  // Rows of gh_audit since the last look, "login_failure user=1 address=10.0.0.1\n" each.
  std::string audit();

 private:
  using Rows = std::map<std::string, std::map<std::string, std::string>>;  // table -> key -> hash of the row
  Rows read();

  db::Admin& admin_;
  std::string read_all_;
  Rows seen_;
  std::string audited_ = "0";
};

}  // namespace gatehouse::test
