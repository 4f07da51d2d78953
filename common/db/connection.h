// SPDX-License-Identifier: Apache-2.0
#pragma once

// Private to common/db: the only header that shows the driver.

#include <cppconn/connection.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <memory>
#include <string>
#include <vector>

#include "db/database.h"

namespace gatehouse::db {

// Throws what an error code means: Transient, Unavailable, Misconfigured or Failure.
[[noreturn]] void translate(const sql::SQLException& error);

// Unique key violation: an answer, not an error.
inline constexpr int kDuplicate = 1062;

// Connects and sets what every connection must have: READ COMMITTED, strict mode, UTC, utf8mb4; then asserts it.
std::unique_ptr<sql::Connection> open(const Target& target);

struct Database::Connection {
  std::unique_ptr<sql::Connection> driver;
  std::unique_ptr<sql::Statement> plain;
  std::vector<std::unique_ptr<sql::PreparedStatement>> prepared;  // by Statement::index()
  std::chrono::steady_clock::time_point schema_checked{};
};

}  // namespace gatehouse::db
