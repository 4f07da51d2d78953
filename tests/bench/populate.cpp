// SPDX-License-Identifier: Apache-2.0
// populate users USERS TOKENS: sees to it that there are users bench_00000001 up to that many, each with the password
// below and a session, and prints TOKENS access tokens of a hundred of them, spread evenly: "token session" a line.
// populate sessions USERS COUNT: starts that many sessions, of users spread evenly, and prints "product limit" a line:
// what either trades as the session's refresh token.
// populate keys USERS COUNT: gives that many of them, spread evenly, an API key each, and prints "key hash" a line.
// populate cookies USERS COUNT: gives that many of their sessions, spread evenly, a guard cookie for the site `bench`,
// and prints "cookie session" a line. populate key: prints a BENCH_KEY. Straight into the tables, since registering ten
// million people would take days; the tokens are minted by the product's own code.
#include <cstdio>
#include <cstdlib>

#include "auth/api_keys/api_keys_rules.h"
#include "auth/sessions/cookie.h"
#include "auth/tokens/tokens.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "limit_token.h"

namespace gatehouse::bench {
namespace {

constexpr const char* kPassword = "correct horse battery staple";
constexpr long kSessionsInUse = 100;
constexpr long kRowsAtOnce = 100'000;
constexpr long kBeforeFirstId = 1000;
constexpr hours kSessionLife{168};

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

constexpr const char* kInsertSession =
    "INSERT INTO gh_sessions (id, user_id, refresh_jti, scopes, authenticated_at, created_at, last_used_at, expires_at,"
    " ends_at, address, user_agent) VALUES (?, ?, ?, 'profile:read', ?, ?, ?, ?, ?, '', 'populate')";

// Of what an earlier run left, one can't know the key.
constexpr const char* kDeleteKeys = "DELETE FROM gh_api_keys WHERE user_id = ?";
constexpr const char* kInsertKey =
    "INSERT INTO gh_api_keys (id, user_id, hash, prefix, live_name, slot, scopes, requests_per_minute, created_at,"
    " last_used_at) VALUES (?, ?, ?, 'gh_', '', 0, 'profile:read', 1000000, ?, ?)";

constexpr const char* kInsertCookie =
    "REPLACE INTO gh_guard_cookies (session_id, site, origin, hash, created_at, ends_at)"
    " VALUES (?, 'bench', 'http://bench', ?, ?, ?)";

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

tokens::Grant grant_of(const Occasion& occasion, std::int64_t user, const SessionId& session) {
  return {.user = UserId{user},
          .username = "bench",
          .role = access::kUser,
          .groups = {},
          .scopes = {access::Scope::profile_read},
          .session = session,
          .authenticated_at = occasion.now,
          .amr = "pwd"};
}

void print_tokens(const Occasion& occasion, long users, long tokens) {
  for (long i = 0; i < tokens; ++i) {
    const std::int64_t user = kBeforeFirstId + 1 + (i % kSessionsInUse) * (users / kSessionsInUse);
    const tokens::Grant grant = grant_of(occasion, user, session_of(user));
    const Time expires_at = occasion.now + occasion.settings().access_token_life;
    const std::string token = tokens::mint_access(occasion, grant, TokenId::draw(occasion.random()), expires_at);
    std::printf("%s %s\n", token.c_str(), grant.session.text().c_str());
  }
}

void make_keys(sql::Connection& connection, const Occasion& occasion, long users, long count) {
  connection.setAutoCommit(false);
  const std::unique_ptr<sql::PreparedStatement> forget(connection.prepareStatement(kDeleteKeys));
  const std::unique_ptr<sql::PreparedStatement> insert(connection.prepareStatement(kInsertKey));
  for (long i = 0; i < count; ++i) {
    const std::int64_t user = kBeforeFirstId + 1 + i * (users / count);
    const auto id = KeyId::draw(occasion.random());
    const Secret key = api_keys::draw_key(occasion.random());
    const auto hash = crypto::labelled_sha256("api key", key.reveal());
    forget->setInt64(1, user);
    forget->executeUpdate();
    insert->setString(1, sql::SQLString(id.raw().data(), id.raw().size()));
    insert->setInt64(2, user);
    insert->setString(3, sql::SQLString(bytes_of(hash).data(), hash.size()));
    for (const unsigned at : {4U, 5U}) insert->setInt64(at, to_millis(occasion.now));
    insert->executeUpdate();
    std::printf("%s %s\n", std::string(key.reveal()).c_str(), to_base64url(bytes_of(hash)).c_str());
  }
  connection.commit();
}

void make_cookies(sql::Connection& connection, const Occasion& occasion, long users, long count) {
  connection.setAutoCommit(false);
  const std::unique_ptr<sql::PreparedStatement> insert(connection.prepareStatement(kInsertCookie));
  for (long i = 0; i < count; ++i) {
    const SessionId session = session_of(kBeforeFirstId + 1 + i * (users / count));
    const auto cookie = sessions::Cookie::draw(session, occasion.random());
    const auto hash = cookie.hash("guard cookie");
    insert->setString(1, sql::SQLString(session.raw().data(), session.raw().size()));
    insert->setString(2, sql::SQLString(bytes_of(hash).data(), hash.size()));
    insert->setInt64(3, to_millis(occasion.now));
    insert->setInt64(4, to_millis(occasion.now + kSessionLife));
    insert->executeUpdate();
    std::printf("%s %s\n", cookie.text().c_str(), session.text().c_str());
  }
  connection.commit();
}

void start_sessions(sql::Connection& connection, const Occasion& occasion, long users, long count) {
  const crypto::SigningKey limit = limit_key();
  connection.setAutoCommit(false);
  const std::unique_ptr<sql::PreparedStatement> insert(connection.prepareStatement(kInsertSession));
  for (long i = 0; i < count; ++i) {
    const std::int64_t user = kBeforeFirstId + 1 + i * (users / count);
    const auto session = SessionId::draw(occasion.random());
    const auto id = TokenId::draw(occasion.random());
    insert->setString(1, sql::SQLString(session.raw().data(), session.raw().size()));
    insert->setInt64(2, user);
    insert->setString(3, sql::SQLString(id.raw().data(), id.raw().size()));
    for (const unsigned at : {4U, 5U, 6U}) insert->setInt64(at, to_millis(occasion.now));
    for (const unsigned end : {7U, 8U}) insert->setInt64(end, to_millis(occasion.now + kSessionLife));
    insert->executeUpdate();
    const std::string product =
        tokens::mint_refresh(occasion, grant_of(occasion, user, session), id, occasion.now + kSessionLife);
    std::printf("%s %s\n", product.c_str(), sign_limit_token(limit, session, id).c_str());
  }
  connection.commit();
}

}  // namespace
}  // namespace gatehouse::bench

int main(int argc, char** argv) {
  using namespace gatehouse;
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "key" && argc == 2) {
    const auto key = crypto::SigningKey::generate(crypto::Algorithm::es256);
    std::puts(to_base64url(key.private_der().reveal()).c_str());
    return 0;
  }
  if ((what != "users" && what != "sessions" && what != "keys" && what != "cookies") || argc != 4) return 2;
  const long users = std::atol(argv[2]);
  const long count = std::atol(argv[3]);
  SystemClock clock;
  crypto::SystemRandomness random;
  config::Loaded loaded = config::load({config::find_file(""), config::process_environment, config::executable_home()});
  Process process(std::move(loaded.settings), "populate", keys::Power::mints, clock, random, write_to_stderr);
  const Occasion occasion{.process = process, .now = clock.now()};
  const auto connection = bench::connect();
  if (what == "sessions") {
    bench::start_sessions(*connection, occasion, users, count);
  } else if (what == "keys") {
    bench::make_keys(*connection, occasion, users, count);
  } else if (what == "cookies") {
    bench::make_cookies(*connection, occasion, users, count);
  } else {
    bench::insert_users(*connection, occasion, users);
    bench::print_tokens(occasion, users, count);
  }
}
