// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "db/database.h"

namespace gatehouse::db {

// Free SQL for the operator's command and for tests: schema, accounts, grants. No executable that serves links it.
class Admin {
 public:
  explicit Admin(const Target& target);
  ~Admin();

  void run(const std::string& sql);
  // Every value as text, NULL as "NULL".
  std::vector<std::vector<std::string>> query(const std::string& sql);
  // As a string literal of SQL.
  static std::string quote(std::string_view text);

 private:
  friend std::vector<std::string> migrate(Admin& admin, const std::string& directory, Time now);
  struct State;
  std::unique_ptr<State> state_;
};

// Applies what is missing of DIR/0001_name.sql, 0002_… in order and returns the names of what it applied. May be run
// twice at once and again after a crash at any point: what already stands is recorded, not repeated.
std::vector<std::string> migrate(Admin& admin, const std::string& directory, Time now);

}  // namespace gatehouse::db
