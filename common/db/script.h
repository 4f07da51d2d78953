// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "db/database.h"

namespace gatehouse::db {

// What units would have written, as SQL text for a database that can't be reached from here: the same statements, their
// parameters in place. Operator's only.
class Script {
 public:
  template <class Body>
  void unit(Body&& body) {
    text_ += "START TRANSACTION;\n";
    Work work(*this);
    body(work);
    work.check();
    text_ += "COMMIT;\n";
  }
  void run(std::string_view sql);
  const std::string& text() const { return text_; }

 private:
  friend class Work;
  void add(const Statement& statement, Params params);

  std::string text_;
};

// The migrations of DIR after schema `have` as `migrate` would apply them, and its record of them.
void script_migrations(Script& script, const std::string& directory, Time now, std::int64_t have = 0);

}  // namespace gatehouse::db
