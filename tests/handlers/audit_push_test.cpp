// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <regex>

#include "auth/audit/audit.h"
#include "auth/audit/seals.h"
#include "base/failure.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

// What a syslog daemon hears. Datagrams are there when they were sent, so nobody waits.
class Syslog {
 public:
  explicit Syslog(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    std::filesystem::remove(path);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw Failure("no syslog");
  }
  ~Syslog() { ::close(fd_); }
  Syslog(const Syslog&) = delete;
  Syslog& operator=(const Syslog&) = delete;

  std::vector<std::string> heard() {
    std::vector<std::string> messages;
    char buffer[8192];
    for (ssize_t n; (n = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT)) > 0;) {
      messages.emplace_back(buffer, static_cast<std::size_t>(n));
    }
    return messages;
  }

 private:
  int fd_;
};

class AuditPush : public World {
 protected:
  AuditPush() : path(basic_config()["AUDIT_SYSLOG_SOCKET"]), syslog(std::make_unique<Syslog>(path)) {
    set("AUDIT_PUSH", "syslog");
  }
  ~AuditPush() override { std::filesystem::remove(path); }

  // Without the head: "<84> login_failure warning {…}"
  std::vector<std::string> heard() {
    std::vector<std::string> events;
    for (const std::string& message : syslog->heard()) {
      std::smatch parts;
      const bool is_right = std::regex_match(
          message, parts,
          std::regex("(<[0-9]+>)[A-Z][a-z]{2} [ 1-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9] gatehouse\\[" +
                     std::to_string(::getpid()) + "\\]: (\\{.*\\})"));
      EXPECT_TRUE(is_right) << message;
      if (!is_right) continue;
      const auto object = json::parse(parts[2].str());
      EXPECT_TRUE(object.value) << message;
      events.push_back(parts[1].str() + " " + std::string(object.value->string_of("event")) + " " +
                       std::string(object.value->string_of("severity")));
    }
    return events;
  }

  std::string path;
  std::unique_ptr<Syslog> syslog;
};

using Events = std::vector<std::string>;

TEST_F(AuditPush, EachEventGoesToSyslogWithItsSeverity) {
  add_user();
  heard();
  log_in();
  EXPECT_EQ(heard(), Events{"<86> login_success info"});
  post("auth_token", form({{"username", "ann"}, {"password", "Wrong-Horse-1"}}));
  EXPECT_EQ(heard(), Events{"<84> login_failure warning"});
  set("AUDIT_PUSH", "off");
  log_in();
  EXPECT_EQ(heard(), Events{});
}

TEST_F(AuditPush, SaysWhatTheRowSaysAndNoSecret) {
  add_user();
  heard();
  const Answer login = post("auth_token", form({{"username", "ann"}, {"password", kPassword}})
                                              .with("User-Agent", "a\"b\n<86>c")
                                              .with("X-Request-ID", "r1"));
  const auto messages = syslog->heard();
  ASSERT_EQ(messages.size(), 1U);
  const std::string session =
      to_base64url(*from_hex(value("SELECT LOWER(HEX(session_id)) FROM gh_audit ORDER BY id DESC LIMIT 1")));
  EXPECT_EQ(messages[0].substr(messages[0].find('{')),
            "{\"at\":\"2026-03-01T12:00:00.250Z\",\"event\":\"login_success\",\"severity\":\"info\",\"user_id\":1,"
            "\"actor_id\":null,\"session_id\":\"" +
                session +
                "\",\"key_id\":null,\"address\":\"10.0.0.1\","
                "\"user_agent\":\"a\\\"b\\n<86>c\",\"request_id\":\"r1\",\"detail\":null}");
  for (const std::string& secret : {std::string(kPassword), login.text("access_token"), login.text("refresh_token")}) {
    EXPECT_EQ(messages[0].find(secret), std::string::npos);
  }
}

TEST_F(AuditPush, NothingLeavesBeforeTheCommitAndNothingOfAUnitThatRolledBack) {
  const Occasion occasion = operators_occasion();
  occasion.database().unit([&](db::Work& work) {
    audit::record(work, occasion, audit::Event::key_rotated, {});
    EXPECT_EQ(heard(), Events{});
    return Done{};
  });
  EXPECT_EQ(heard(), Events{"<84> key_rotated warning"});
  EXPECT_THROW(occasion.database().unit([&](db::Work& work) -> Done {
    audit::record(work, occasion, audit::Event::key_rotated, {});
    throw Failure("no");
  }),
               Failure);
  int attempts = 0;
  occasion.database().unit([&](db::Work& work) {
    audit::record(work, occasion, audit::Event::key_revoked, {});
    if (++attempts < 3) throw db::Transient("again", db::Transient::Connection::good);
    return Done{};
  });
  EXPECT_EQ(heard(), Events{"<82> key_revoked critical"}) << "once, however often the unit was run";
}

TEST_F(AuditPush, OfAFloodOnlyWhatBecomesARow) {
  add_user();
  heard();
  for (int i = 0; i < 9; ++i) post("auth_token", form({{"username", "nobody"}, {"password", "Wrong-Horse-1"}}));
  std::size_t failures = 0;
  for (const std::string& event : heard()) failures += event == "<84> login_failure warning" ? 1U : 0U;
  EXPECT_EQ(failures, 5U);
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'login_failure'"), "5");
}

TEST_F(AuditPush, ASyslogThatIsAwayOrDoesNotReadStopsNobodyAndTheLogSaysSo) {
  add_user();
  const Occasion occasion = operators_occasion();
  const auto record = [&] {
    occasion.database().unit([&](db::Work& work) {
      audit::record(work, occasion, audit::Event::key_rotated, {});
      return Done{};
    });
  };
  for (int i = 0; i < 2000; ++i) record();  // more than its queue holds
  EXPECT_LT(syslog->heard().size(), 2000U);
  syslog.reset();
  record();
  EXPECT_EQ(value("SELECT COUNT(*) FROM gh_audit WHERE event = 'key_rotated'"), "2001");
  std::string log;
  Process process(load_settings([&] {
                    Config config = basic_config();
                    config["AUDIT_PUSH"] = "syslog";
                    return config;
                  }()),
                  "auth_token", keys::Power::verifies, clock, occasion.process.random,
                  [&](std::string_view line) { log += line; });
  const Occasion of_a_handler{.process = process, .now = clock.now(), .request_id = "r9"};
  process.database.unit([&](db::Work& work) {
    audit::record(work, of_a_handler, audit::Event::logout, {});
    return Done{};
  });
  EXPECT_NE(log.find("\"request_id\":\"r9\",\"error\":\"an audit event did not get to syslog\""), std::string::npos)
      << log;
}

TEST_F(AuditPush, SealsGoThereInAnyCase) {
  Config config = basic_config();
  std::filesystem::remove(config["AUDIT_KEY_FILE"]);
  Process process(load_settings(config), "audit_seal", keys::Power::verifies, clock,
                  operators_occasion().process.random, [](std::string_view) {});
  const auto sealed = audit::seal({.process = process, .now = clock.now()}, seconds(60));
  ASSERT_EQ(sealed.seals.size(), 1U);
  const auto messages = syslog->heard();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_TRUE(messages[0].starts_with("<86>"));
  EXPECT_TRUE(
      messages[0].ends_with("audit seal 2026-03-01T10Z rows 0 digest " + to_hex(bytes_of(sealed.seals[0].digest))))
      << messages[0];
}

// ---- late ----

class AuditLateness : public World {
 protected:
  // A unit in which the clock goes on after what it puts on record.
  void record(milliseconds before, milliseconds after) {
    const Occasion occasion = operators_occasion();
    clock.advance(before);
    occasion.database().unit([&](db::Work& work) {
      audit::record(work, occasion, audit::Event::key_rotated, {});
      clock.advance(after);
      return Done{};
    });
  }
};

TEST_F(AuditLateness, WhatComesAMinuteLateFailsAndIsNotWritten) {
  record(milliseconds(59'999), milliseconds(0));
  EXPECT_EQ(changes(), "gh_audit +1");
  EXPECT_THROW(record(milliseconds(60'000), milliseconds(0)), Failure);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(AuditLateness, SoDoesAUnitThatIsHeldUpBetweenItsRecordAndItsCommit) {
  record(milliseconds(30'000), milliseconds(29'999));
  EXPECT_EQ(changes(), "gh_audit +1");
  EXPECT_THROW(record(milliseconds(0), milliseconds(60'000)), Failure);
  EXPECT_THROW(record(milliseconds(30'000), milliseconds(30'000)), Failure);
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
