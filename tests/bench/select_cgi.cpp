// SPDX-License-Identifier: Apache-2.0
// The limit of an executable as plain CGI that needs the database: connects and runs one SELECT.
#include <iostream>

#include "database.h"

int main() {
  const auto connection = gatehouse::bench::connect();
  const std::unique_ptr<sql::Statement> statement(connection->createStatement());
  const std::unique_ptr<sql::ResultSet> row(statement->executeQuery("SELECT username FROM gh_users WHERE id = 1"));
  row->next();
  std::cout << "Content-Type: text/plain\r\n\r\nhello " << row->getString(1) << '\n';
}
