// SPDX-License-Identifier: Apache-2.0
#include "db/database.h"

#include <unistd.h>

#include <thread>
#include <utility>

#include "base/failure.h"
#include "db/connection.h"
#include "db/schema.h"
#include "db/script.h"

namespace gatehouse::db {
namespace {

using SteadyClock = std::chrono::steady_clock;

const Statement kSchema(Kind::read, "schema.version", "SELECT MAX(version), MAX(oldest_reader) FROM gh_migrations");

// Adds the time between its birth and its death to a sum.
class Stopwatch {
 public:
  explicit Stopwatch(std::chrono::microseconds& sum) : sum_(sum), start_(SteadyClock::now()) {}
  ~Stopwatch() { sum_ += std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start_); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  std::chrono::microseconds& sum_;
  SteadyClock::time_point start_;
};

std::vector<const Statement*>& registry() {
  static std::vector<const Statement*> statements;
  return statements;
}

void bind(sql::PreparedStatement& prepared, Params params) {
  unsigned index = 1;
  for (const Param& param : params) {
    if (param.is_null()) {
      prepared.setNull(index, sql::DataType::VARCHAR);
    } else if (param.is_integer()) {
      prepared.setInt64(index, param.integer());
    } else {
      prepared.setString(index, sql::SQLString(param.text().data(), param.text().size()));
    }
    ++index;
  }
}

}  // namespace

Statement::Statement(Kind kind, const char* name, const char* sql)
    : kind_(kind), name_(name), sql_(sql), index_(registry().size()) {
  registry().push_back(this);
}

std::span<const Statement* const> Statement::all() { return registry(); }

struct Rows::State {
  std::unique_ptr<sql::ResultSet> result;
};

Rows::Rows(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows::~Rows() = default;

// Nothing of the driver's may leave this folder, not even from a row that was fetched long ago.
template <class Read>
auto translated(Read&& read) {
  try {
    return read();
  } catch (const sql::SQLException& error) {
    translate(error);
  }
}

bool Rows::next() {
  return translated([&] { return state_->result->next(); });
}

bool Rows::is_null(unsigned column) const {
  return translated([&] { return state_->result->isNull(column + 1); });
}

std::int64_t Rows::integer(unsigned column) const {
  return translated([&] { return state_->result->getInt64(column + 1); });
}

std::string Rows::text(unsigned column) const {
  return translated([&] {
    const sql::SQLString value = state_->result->getString(column + 1);
    return std::string(value.c_str(), value.length());
  });
}

std::optional<Time> Rows::optional_time(unsigned column) const {
  return is_null(column) ? std::nullopt : std::optional(time(column));
}

std::optional<std::string> Rows::optional_text(unsigned column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

Database::Database(Target target) : target_(std::move(target)) {}
Database::Database(std::function<Target()> find) : find_(std::move(find)), target_(find_()) {}
Database::~Database() = default;

void Database::disconnect() { connection_.reset(); }
bool Database::connected() const { return connection_ != nullptr; }

std::chrono::microseconds Database::take_time_spent() { return std::exchange(spent_, {}); }

// A password is changed in the database a moment before its file gets its name, or after.
std::unique_ptr<Database::Connection> Database::connect() {
  constexpr milliseconds kPauses[] = {milliseconds(0), milliseconds(50), milliseconds(300)};
  auto fresh = std::make_unique<Connection>();
  const auto* pause = std::begin(kPauses);
  while (!fresh->driver) {
    try {
      fresh->driver = open(target_);
    } catch (const AccessDenied&) {
      if (!find_ || pause == std::end(kPauses)) throw;
      std::this_thread::sleep_for(*pause++);
      target_ = find_();
    }
  }
  fresh->plain.reset(fresh->driver->createStatement());
  fresh->prepared.resize(Statement::all().size());
  return fresh;
}

// The connection, on a schema that was right less than a second ago.
Database::Connection& Database::connection() {
  if (!connection_) connection_ = connect();
  const auto now = SteadyClock::now();
  if (now - connection_->schema_checked < seconds(1)) return *connection_;
  connection_->schema_checked = now;
  try {
    Rows rows = run_query(kSchema, {});
    const std::int64_t version = rows.next() ? rows.integer(0) : 0;
    if (version < kNeededSchema) {
      throw Unavailable("the database has schema " + std::to_string(version) + "; this executable needs " +
                        std::to_string(kNeededSchema) + ": run `gatehouse migrate`");
    }
    if (rows.integer(1) > kKnownSchema) {
      throw Unavailable("the database serves executables that know schema " + std::to_string(rows.integer(1)) +
                        "; this one knows " + std::to_string(kKnownSchema) + ": deploy a newer build");
    }
  } catch (...) {
    // So that the next request looks again.
    if (connection_) connection_->schema_checked = {};
    throw;
  }
  return *connection_;
}

Rows Database::query(const Statement& statement, Params params) {
  if (statement.kind() != Kind::read) bug(std::string(statement.name()) + " is not a read");
  const Stopwatch watch(spent_);
  for (int attempt = 1;; ++attempt) {
    try {
      connection();
      return run_query(statement, params);
    } catch (const Transient& error) {
      recover(error);
      if (attempt == kUnitAttempts) throw;
    } catch (const Unavailable&) {
      disconnect();
      throw;
    }
    pause_before(attempt + 1);
  }
}

Rows Database::run_query(const Statement& statement, Params params) {
  if (on_statement) on_statement(statement);
  try {
    auto& prepared = connection_->prepared[statement.index()];
    if (!prepared) prepared.reset(connection_->driver->prepareStatement(statement.sql()));
    bind(*prepared, params);
    auto state = std::make_unique<Rows::State>();
    state->result.reset(prepared->executeQuery());
    return Rows(std::move(state));
  } catch (const sql::SQLException& error) {
    translate(error);
  }
}

std::int64_t Database::run_update(const Statement& statement, Params params) {
  if (on_statement) on_statement(statement);
  auto& prepared = connection_->prepared[statement.index()];
  if (!prepared) prepared.reset(connection_->driver->prepareStatement(statement.sql()));
  bind(*prepared, params);
  return prepared->executeUpdate();
}

void Database::begin() {
  const Stopwatch watch(spent_);
  try {
    connection().plain->execute("START TRANSACTION");
  } catch (const sql::SQLException& error) {
    translate(error);
  }
}

void Database::commit() {
  const Stopwatch watch(spent_);
  try {
    connection_->plain->execute("COMMIT");
  } catch (const sql::SQLException& error) {
    translate(error);
  }
}

// Whatever went wrong, the next statement must not find half a transaction: a connection that can't roll back is
// dropped.
void Database::roll_back() noexcept {
  if (!connection_) return;
  try {
    connection_->plain->execute("ROLLBACK");
  } catch (...) {
    connection_.reset();
  }
}

void Database::recover(const Transient& error) noexcept {
  if (error.connection == Transient::Connection::bad) {
    disconnect();
  } else {
    roll_back();
  }
}

// Apart in time, so that those who collided do not collide again.
void Database::pause_before(int attempt) {
  const auto jitter = SteadyClock::now().time_since_epoch().count() / 1000 % 7 + ::getpid() % 5;
  std::this_thread::sleep_for(milliseconds(3 * attempt + jitter));
}

Rows Work::query(const Statement& statement, Params params) {
  if (statement.kind() != Kind::read) bug(std::string(statement.name()) + " is not a read");
  if (script_) bug(std::string(statement.name()) + " reads, and a script has nothing to read");
  const Stopwatch watch(database_->spent_);
  return database_->run_query(statement, params);
}

std::int64_t Work::run(const Statement& statement, Params params) {
  if (statement.kind() == Kind::read) bug(std::string(statement.name()) + " only reads");
  if (script_) {
    script_->add(statement, params);
    note(statement);
    return 1;
  }
  const Stopwatch watch(database_->spent_);
  try {
    const std::int64_t rows = database_->run_update(statement, params);
    // A conditional write that was decided against it wrote nothing, so there is nothing to audit.
    if (statement.kind() != Kind::write || rows > 0) note(statement);
    return rows;
  } catch (const sql::SQLException& error) {
    translate(error);
  }
}

bool Work::claim(const Statement& statement, Params params) { return run_unless_taken(statement, params).has_value(); }

std::optional<std::int64_t> Work::run_unless_taken(const Statement& statement, Params params) {
  if (script_) return run(statement, params);
  const Stopwatch watch(database_->spent_);
  std::int64_t rows = 0;
  try {
    rows = database_->run_update(statement, params);
  } catch (const sql::SQLException& error) {
    // Nothing was written, so there is nothing to audit.
    if (error.getErrorCode() == kDuplicate) return std::nullopt;
    translate(error);
  }
  if (rows > 0) note(statement);
  return rows;
}

void Work::note(const Statement& statement) {
  if (statement.kind() == Kind::read) bug(std::string(statement.name()) + " only reads");
  wrote_ = wrote_ || statement.kind() == Kind::write;
  audited_ = audited_ || statement.kind() == Kind::audit;
}

void Work::check() const {
  if (wrote_ && !audited_) bug("a unit wrote without an audit record");
  for (const auto& check : checks_) check();
}

void Work::send() const {
  for (const auto& send : sendings_) send();
}

}  // namespace gatehouse::db
