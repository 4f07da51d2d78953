// SPDX-License-Identifier: Apache-2.0
#include "db/connection.h"

#include <mysql_driver.h>

#include "base/failure.h"

namespace gatehouse::db {
namespace {

// Bounds on what a sick database can do to a worker.
constexpr int kConnectSeconds = 3;
constexpr int kReadSeconds = 15;

constexpr const char* kSetUp[] = {
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', innodb_lock_wait_timeout = 5,"
    // A list of groups that was cut would name others.
    " group_concat_max_len = 65536,"
    // A process that was stopped in the middle of a unit must not go on an hour later: what it put on record would come
    // after the hour was sealed. The server has ended the connection by then, and the transaction with it.
    " wait_timeout = 120",
};

// The driver sets REPEATABLE READ by itself, proxies reset sessions: believe the server, not the statements above. Any
// row is something that does not hold; of the two names of the isolation level a server may know one or both.
constexpr const char* kAssert =
    "SHOW SESSION VARIABLES WHERE"
    " (Variable_name IN ('tx_isolation', 'transaction_isolation') AND Value <> 'READ-COMMITTED')"
    " OR (Variable_name = 'sql_mode' AND Value NOT LIKE '%STRICT_ALL_TABLES%')"
    " OR (Variable_name = 'time_zone' AND Value <> '+00:00')"
    " OR (Variable_name = 'group_concat_max_len' AND Value < 65536)"
    " OR (Variable_name = 'wait_timeout' AND Value > 120)"
    " OR (Variable_name IN ('character_set_client', 'character_set_connection') AND Value <> 'utf8mb4')";

void set_up(sql::Connection& connection, CausalReads causal_reads) {
  const std::unique_ptr<sql::Statement> statement(connection.createStatement());
  for (const char* sql : kSetUp) statement->execute(sql);
  if (causal_reads == CausalReads::galera) statement->execute("SET SESSION wsrep_sync_wait = 1");
  if (causal_reads == CausalReads::group_replication) {
    statement->execute("SET SESSION group_replication_consistency = 'BEFORE'");
  }
  const std::unique_ptr<sql::ResultSet> rows(statement->executeQuery(kAssert));
  if (rows->next()) {
    throw Failure("the database did not accept the session's settings: " + std::string(rows->getString(1).c_str()));
  }
}

}  // namespace

void translate(const sql::SQLException& error) {
  const int code = error.getErrorCode();
  std::string text = "database error " + std::to_string(code) + ": " + error.what();
  // The driver says either where it lacks a plugin.
  if (is_static_build() && (code == 1045 || code == 2059)) {
    text += "; this static build knows mysql_native_password only, and no plugin such as caching_sha2_password's";
  }
  switch (code) {
    case 1020:  // record has changed since last read
    case 1205:  // lock wait timeout
    case 1213:  // deadlock, or Galera certification failure
    case 3101:  // Group Replication: certification failure
      throw Transient(text, Transient::Connection::good);
    case 1047:  // Galera: this node is not part of the cluster
    case 1053:  // server shutting down
    case 1317:  // query interrupted
    case 1927:  // connection killed
    case 2006:  // server has gone away
    case 2013:  // lost connection during query
    case 2055:  // lost connection, with more detail
    case 3169:  // session killed
    case 4031:  // disconnected for idling
      throw Transient(text, Transient::Connection::bad);
    case 1040:  // too many connections
    case 1203:  // … of this account
    case 1226:  // account over its resource limit
    case 1290:  // running with --read-only
    case 1792:  // read-only transaction
    case 1836:  // read-only mode
    case 1969:  // max_statement_time
    case 2002:  // can't connect through the socket
    case 2003:  // can't connect to the host
    case 2005:  // unknown host
      throw Unavailable(text);
    case 1044:  // access denied to the database
    case 1049:  // no such database
    case 1142:  // a grant is missing on a table
    case 1143:  // … on a column
    case 1146:  // no such table
    case 2026:  // TLS
      throw Misconfigured(text);
    case 2059:  // authentication plugin
      throw Misconfigured(text);
    case 1045:  // access denied to the account
      throw AccessDenied(text);
    default: throw Failure(text);
  }
}

std::unique_ptr<sql::Connection> open(const Target& target) {
  try {
    sql::ConnectOptionsMap options;
    options["hostName"] = sql::SQLString(
        target.host.empty() ? "unix://" + target.socket : "tcp://" + target.host + ":" + std::to_string(target.port));
    options["userName"] = sql::SQLString(target.account);
    options["password"] = sql::SQLString(target.password.reveal().data(), target.password.reveal().size());
    options["schema"] = sql::SQLString(target.name);
    options["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
    options["OPT_CONNECT_TIMEOUT"] = kConnectSeconds;
    options["OPT_READ_TIMEOUT"] = kReadSeconds;
    options["OPT_WRITE_TIMEOUT"] = kReadSeconds;
    options["OPT_RECONNECT"] = false;
    if (!target.host.empty() && !target.ca.empty()) {
      // sslCA alone encrypts to whoever answers.
      options["sslCA"] = sql::SQLString(target.ca);
      options["sslVerify"] = true;
      options["sslEnforce"] = true;
    }
    std::unique_ptr<sql::Connection> connection(sql::mysql::get_driver_instance()->connect(options));
    set_up(*connection, target.causal_reads);
    return connection;
  } catch (const sql::SQLException& error) {
    translate(error);
  }
}

}  // namespace gatehouse::db
