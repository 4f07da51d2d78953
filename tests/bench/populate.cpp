// SPDX-License-Identifier: Apache-2.0
// populate USERS TOKENS: sees to it that there are users bench_00000001 up to that many, each with the password below
// and a session, and prints TOKENS access tokens of a hundred of them, spread evenly: "token session" a line. Straight
// into the tables, since registering ten million people would take days; the tokens are minted by the product's own
// code.
#include <cstdio>
#include <cstdlib>

#include "auth/tokens/tokens.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "database.h"

namespace gatehouse::bench {
namespace {

constexpr const char* kPassword = "correct horse battery staple";
constexpr long kSessionsInUse = 100;
constexpr long kRowsAtOnce = 100'000;
constexpr long kBeforeFirstId = 1000;

// Every key grows at its end, else ten million rows would take hours; a lookup's way down the tree is as long.
constexpr const char* kInsertUsers =
    "INSERT INTO gh_users (id, birth, username, username_key, email, email_key, role, is_active, is_verified, "
    "created_at,"
    " updated_at) SELECT 1000 + seq, UNHEX(MD5(seq)), CONCAT('bench_', LPAD(seq, 8, '0')),"
    " CONCAT('bench_', LPAD(seq, 8, '0')), CONCAT('bench_', LPAD(seq, 8, '0'), '@example.org'),"
    " CONCAT('bench_', LPAD(seq, 8, '0'), '@example.org'), 'user', 1, 0, @now, @now FROM ";
constexpr const char* kInsertPasswords =
    "INSERT INTO gh_passwords (user_id, hash, changed_at) SELECT 1000 + seq, @hash, @now FROM ";
constexpr const char* kInsertSessions =
    "INSERT INTO gh_sessions (id, user_id, refresh_jti, scopes, authenticated_at, created_at, last_used_at, expires_at,"
    " ends_at, address, user_agent) SELECT UNHEX(LPAD(HEX(1000 + seq), 32, '0')), 1000 + seq, UNHEX(MD5(seq)),"
    " 'profile:read', @now, @now, @now, @now + 604800000, @now + 604800000, '', 'populate' FROM ";

// The users of that seq are there already: how many.
long count_users(sql::Statement& statement) {
  const std::unique_ptr<sql::ResultSet> row(statement.executeQuery("SELECT GREATEST(MAX(id) - 1000, 0) FROM gh_users"));
  row->next();
  return static_cast<long>(row->getInt64(1));
}

void insert_users(sql::Connection& connection, const Occasion& occasion, long users) {
  const std::unique_ptr<sql::Statement> statement(connection.createStatement());
  const Settings& settings = occasion.settings();
  const std::string hash = crypto::hash_password(
      Secret(kPassword), {.memory_kib = settings.argon2_memory_kib, .passes = settings.argon2_passes});
  statement->execute("SET @now = " + std::to_string(to_millis(occasion.now)) + ", @hash = '" + hash + "'");
  for (long first = count_users(*statement) + 1; first <= users; first += kRowsAtOnce) {
    const long last = std::min(first + kRowsAtOnce - 1, users);
    const std::string range = "seq_" + std::to_string(first) + "_to_" + std::to_string(last);
    for (const char* insert : {kInsertUsers, kInsertPasswords, kInsertSessions}) statement->execute(insert + range);
  }
}

SessionId session_of(std::int64_t user) {
  SessionId session;
  for (std::size_t i = 0; i < sizeof user; ++i) {
    session.bytes[session.bytes.size() - 1 - i] = static_cast<unsigned char>(user >> (8 * i));
  }
  return session;
}

void print_tokens(const Occasion& occasion, long users, long tokens) {
  for (long i = 0; i < tokens; ++i) {
    const std::int64_t user = kBeforeFirstId + 1 + (i % kSessionsInUse) * (users / kSessionsInUse);
    const tokens::Grant grant{.user = UserId{user},
                              .username = "bench",
                              .role = access::kUser,
                              .groups = {},
                              .scopes = {access::Scope::profile_read},
                              .session = session_of(user),
                              .authenticated_at = occasion.now};
    const Time expires_at = occasion.now + occasion.settings().access_token_life;
    const std::string token = tokens::mint_access(occasion, grant, TokenId::draw(occasion.random()), expires_at);
    std::printf("%s %s\n", token.c_str(), grant.session.text().c_str());
  }
}

}  // namespace
}  // namespace gatehouse::bench

int main(int argc, char** argv) {
  using namespace gatehouse;
  if (argc != 3) return 2;
  const long users = std::atol(argv[1]);
  SystemClock clock;
  crypto::SystemRandomness random;
  config::Loaded loaded = config::load({config::find_file(""), config::process_environment, config::executable_home()});
  Process process(std::move(loaded.settings), "populate", keys::Power::mints, clock, random, write_to_stderr);
  const Occasion occasion{.process = process, .now = clock.now()};
  bench::insert_users(*bench::connect(), occasion, users);
  bench::print_tokens(occasion, users, std::atol(argv[2]));
}
