// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "base/config.h"
#include "base/failure.h"
#include "base/secret.h"
#include "db/statement.h"

namespace gatehouse::db {

// Deadlock, lock wait, certification failure, lost connection: the whole unit is run again, a few times.
struct Transient : std::runtime_error {
  enum class Connection { good, bad };
  Transient(const std::string& what, Connection c) : std::runtime_error(what), connection(c) {}
  Connection connection;  // bad: lost, or to a node that left its cluster; another one is made
};

// Away, full, read-only, or of a schema that this executable does not know: running it again at once would not help.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The account or its password is not what the database knows (1045).
struct AccessDenied : Misconfigured {
  using Misconfigured::Misconfigured;
};

// Where the database is and as whom to go there.
struct Target {
  std::string host;  // empty: the unix socket
  int port = 3306;
  std::string socket;
  std::string name;
  std::string account;
  Secret password;
  std::string ca;
  CausalReads causal_reads = CausalReads::off;
};

// mysql://account:password@host:port/name?socket=/path, percent-encoded. Throws Misconfigured.
Target parse_url(std::string_view url);

// DATABASE_URL, with the account and password of CREDENTIALS/<endpoint> where that file exists.
Target target_for(const Settings& settings, std::string_view endpoint);

// The rows of one query, all of them already here.
class Rows {
 public:
  ~Rows();
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) = delete;

  bool next();
  bool is_null(unsigned column) const;  // columns are counted from 0
  std::int64_t integer(unsigned column) const;
  bool boolean(unsigned column) const { return integer(column) != 0; }
  std::string text(unsigned column) const;
  Time time(unsigned column) const { return from_millis(integer(column)); }
  std::optional<Time> optional_time(unsigned column) const;
  std::optional<std::string> optional_text(unsigned column) const;
  UserId user_id(unsigned column) const { return UserId{integer(column)}; }

 private:
  friend class Database;
  struct State;
  explicit Rows(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Whether this program is linked statically: then it knows no host names and no authentication plugins.
bool is_static_build();

class Work;
class Script;

// One connection, made when first needed, made anew when lost, dropped when idle. Every statement is prepared once per
// connection. Nothing of the driver leaves this folder, its exceptions included.
class Database {
 public:
  explicit Database(Target target);
  // Asked again where the database refuses the account: a password may be changed while this process runs.
  explicit Database(std::function<Target()> find);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A read outside any unit.
  Rows query(const Statement& statement, Params params = {});

  // One transaction: commits when `body` returns, refusal or not; rolls back when it throws; is run again, as a whole
  // and a bounded number of times, after a Transient. So `body` must draw no ids and send nothing.
  template <class Body>
  auto unit(Body&& body) -> std::invoke_result_t<Body&, Work&>;

  void disconnect();
  bool connected() const;

  // Spent waiting for the database since this was last asked.
  std::chrono::microseconds take_time_spent();

  // Told of every statement before it runs; for tests and their golden lists.
  std::function<void(const Statement&)> on_statement;

 private:
  friend class Work;
  struct Connection;

  Connection& connection();
  std::unique_ptr<Connection> connect();
  Rows run_query(const Statement& statement, Params params);
  std::int64_t run_update(const Statement& statement, Params params);
  void begin();
  void commit();
  void roll_back() noexcept;
  void recover(const Transient& error) noexcept;
  void pause_before(int attempt);

  std::function<Target()> find_;
  Target target_;
  std::unique_ptr<Connection> connection_;
  std::chrono::microseconds spent_{0};
};

// What may be done inside a unit.
class Work {
 public:
  Rows query(const Statement& statement, Params params = {});

  // Rows affected: for a conditional UPDATE, whether this caller won. (Believe it once the unit has returned.)
  std::int64_t run(const Statement& statement, Params params = {});

  // False when a unique key already has such a row; the unit stays whole.
  [[nodiscard]] bool claim(const Statement& statement, Params params = {});
  // The same for an UPDATE that may also match no row: nullopt when a unique key is taken, else the rows affected.
  std::optional<std::int64_t> run_unless_taken(const Statement& statement, Params params = {});

  // Asked when the unit is about to commit; what throws has it rolled back.
  void before_commit(std::function<void()> check) { checks_.push_back(std::move(check)); }
  // Done once the unit has committed, and not at all where it has not: what leaves the process. Must not throw.
  void after_commit(std::function<void()> send) { sendings_.push_back(std::move(send)); }

 private:
  friend class Database;
  friend class Script;
  explicit Work(Database& database) : database_(&database) {}
  explicit Work(Script& script) : script_(&script) {}
  void note(const Statement& statement);
  void check() const;  // whether it may commit
  void send() const;

  // One of the two: where it writes, or where it says what it would write (db/script.h).
  Database* database_ = nullptr;
  Script* script_ = nullptr;
  bool wrote_ = false;
  bool audited_ = false;
  std::vector<std::function<void()>> checks_{};
  std::vector<std::function<void()>> sendings_{};
};

inline constexpr int kUnitAttempts = 4;

template <class Body>
auto Database::unit(Body&& body) -> std::invoke_result_t<Body&, Work&> {
  for (int attempt = 1;; ++attempt) {
    try {
      begin();
      Work work(*this);
      auto outcome = body(work);
      work.check();
      commit();
      work.send();
      return outcome;
    } catch (const Transient& error) {
      recover(error);
      if (attempt == kUnitAttempts) throw;
    } catch (const Unavailable&) {
      disconnect();  // the next one may reach a server that is well
      throw;
    } catch (...) {
      roll_back();
      throw;
    }
    pause_before(attempt + 1);
  }
}

}  // namespace gatehouse::db
