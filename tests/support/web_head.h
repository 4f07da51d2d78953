// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "auth/process.h"
#include "support/call.h"
#include "support/server.h"

namespace gatehouse::test {

class FakeClock final : public Clock {
 public:
  Time now() override { return now_; }
  void advance(milliseconds by) { now_ += by; }

 private:
  Time now_ = from_millis(1'772'366'400'250);  // 2026-03-01T12:00:00.250Z
};

// The same bytes in every run, other ones for every seed (which is no multiple of the step, else one seed's bytes would
// be the next one's, a little later).
class CountedRandomness final : public Randomness {
 public:
  explicit CountedRandomness(std::uint64_t seed) : state_(seed * 0xd1b54a32d192ed03U) {}
  void fill(std::span<unsigned char> out) override;

 private:
  std::uint64_t state_;
};

using Config = std::map<std::string, std::string>;

// What a fresh installation of this test process has, with hashes that cost nothing.
Config basic_config();
Settings load_settings(const Config& config);

const Endpoint& endpoint_named(std::string_view name);

// One process of each endpoint, each with its own database account, as one machine of an installation has them.
class WebHead {
 public:
  WebHead(Config config, Clock& clock, std::uint64_t seed);

  // Through everything that a transport does, and checked against everything that its policy promises.
  Answer send(const std::string& endpoint, Call call);
  Process& process(const std::string& endpoint);

  // Then an event that its endpoint did not declare may be another process's.
  bool others_audit = false;

  // Told of each statement before it runs.
  std::function<void(const std::string& endpoint, const std::string& statement)> on_statement;

  std::string log;                      // every line written
  std::vector<std::string> statements;  // of the last request, by name

 private:
  std::map<std::string, std::int64_t> count_audited();
  void check_audit(const Endpoint& endpoint, const Call& call, const std::map<std::string, std::int64_t>& before);
  void check_log(const Call& call, const Answer& answer, std::string_view lines) const;

  Config config_;
  Clock& clock_;
  CountedRandomness random_;
  db::Admin admin_;
  std::map<std::string, std::unique_ptr<Process>> processes_;
};

// tests/golden/statements/<endpoint>.txt: every statement it may run.
std::set<std::string> golden_statements(const std::string& endpoint);
// tests/golden/statements/rates.txt: what dispatch may run besides, where RATE_LIMIT_STORE is mysql. Empty for an
// endpoint that is never counted there.
std::set<std::string> golden_rate_statements(const std::string& endpoint);
std::string golden_statements_file(const std::string& endpoint);
// GATEHOUSE_REGENERATE=1: golden files are written, not compared.
bool regenerates();

}  // namespace gatehouse::test
