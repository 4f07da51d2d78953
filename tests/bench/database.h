// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cppconn/connection.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <mysql_driver.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace gatehouse::bench {

inline std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// As little as a program can do to reach the database; where and as whom, scripts/bench says.
inline std::unique_ptr<sql::Connection> connect() {
  std::unique_ptr<sql::Connection> connection(sql::mysql::get_driver_instance()->connect(
      "unix://" + environment("BENCH_SOCKET"), environment("BENCH_ACCOUNT"), environment("BENCH_PASSWORD")));
  connection->setSchema("gatehouse");
  return connection;
}

}  // namespace gatehouse::bench
