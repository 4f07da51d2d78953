// SPDX-License-Identifier: Apache-2.0
#include "support/web_head.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/failure.h"
#include "endpoint/dispatch.h"

namespace gatehouse::test {
namespace {

// The name, the passwords and the tokens of a call, whatever its form: none may ever show in a log.
std::vector<std::string> secrets_of(const Call& call) {
  std::vector<std::string> secrets;
  const auto add = [&](std::string_view secret) {
    if (secret.size() >= 6) secrets.emplace_back(secret);
  };
  if (const auto parsed = json::parse(call.body); parsed.value) {
    for (const char* name : {"password", "current_password", "new_password", "refresh_token", "token"}) {
      add(parsed.value->string_of(name));
    }
  }
  if (const auto pairs = http::parse_pairs(call.body)) {
    for (const auto& [name, value] : *pairs) {
      if (name == "password" || name == "username") add(value);
    }
  }
  for (const std::string_view name : {"HTTP_AUTHORIZATION=", "HTTP_COOKIE=", "HTTP_X_API_KEY="}) {
    for (const std::string& variable : call.variables) {
      if (variable.starts_with(name)) add(std::string_view(variable).substr(name.size()));
    }
  }
  return secrets;
}

}  // namespace

Settings load_settings(const Config& config) {
  const auto look_up = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = config.find(name);
    return found == config.end() ? std::nullopt : std::optional(found->second);
  };
  return config::load({.file = "", .environment = look_up, .home = installation().folder.path()}).settings;
}

void CountedRandomness::fill(std::span<unsigned char> out) {
  for (unsigned char& byte : out) {  // splitmix64
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    byte = static_cast<unsigned char>(z >> 56);
  }
}

Config basic_config() {
  const Installation& here = installation();
  return {{"DATABASE_URL", here.server->url()},
          {"CREDENTIALS", here.credentials},
          {"MASTER_KEY_FILE", here.master_key_file},
          {"AUDIT_KEY_FILE", here.folder.path() + "/audit.key"},
          {"AUDIT_SYSLOG_SOCKET", here.folder.path() + "/syslog"},
          {"RUN_DIRECTORY", here.run_directory},
          {"MAIL_PUBLIC_KEY_FILE", here.folder.path() + "/mail.pub"},
          {"OPENAPI_FILE", here.folder.path() + "/openapi.json"},
          {"GUARD_RULES", here.folder.path() + "/guard.rules"},
          {"PUBLIC_URL", "https://auth.example.com"},
          {"ALLOWED_HOSTS", "auth.example.com"},
          {"REGISTRATION", "open"},
          {"EXAMPLES", "on"},
          {"ALLOWED_ORIGINS", "https://app.example.com"},
          {"ARGON2_MEMORY_KIB", "8"},
          {"ARGON2_PASSES", "1"},
          {"HASH_SLOTS", "2"}};
}

const Endpoint& endpoint_named(std::string_view name) {
  for (const ListedEndpoint& listed : all_endpoints()) {
    if (listed.endpoint->name() == name) return *listed.endpoint;
  }
  throw Failure("no endpoint is called " + std::string(name));
}

WebHead::WebHead(Config config, Clock& clock, std::uint64_t seed)
    : config_(std::move(config)), clock_(clock), random_(seed), admin_(installation().server->target()) {}

Process& WebHead::process(const std::string& name) {
  auto& process = processes_[name];
  if (process) return *process;
  const Endpoint& endpoint = endpoint_named(name);
  process = std::make_unique<Process>(load_settings(config_), name, endpoint.power(), clock_, random_,
                                      [this](std::string_view line) { log += line; });
  std::set<std::string> allowed = golden_statements(name);
  if (process->settings.rate_store == RateStore::mysql) allowed.merge(golden_rate_statements(name));
  process->database.on_statement = [this, name, allowed = std::move(allowed)](const db::Statement& statement) {
    statements.emplace_back(statement.name());
    EXPECT_TRUE(regenerates() || allowed.contains(statement.name()))
        << name << " ran " << statement.name() << ", which tests/golden/statements does not list";
    if (on_statement) on_statement(name, statement.name());
  };
  return *process;
}

Answer WebHead::send(const std::string& name, Call call) {
  const Endpoint& endpoint = endpoint_named(name);
  if (call.uri.empty()) call.uri = endpoint.route();
  const auto audited = count_audited();
  const std::size_t logged = log.size();
  statements.clear();

  const std::vector<std::string> variables = variables_of(call);
  std::vector<const char*> environment;
  for (const std::string& variable : variables) environment.push_back(variable.c_str());
  environment.push_back(nullptr);
  http::Request request = http::read_variables(environment.data());
  request.body = call.body;
  const Outcome outcome = dispatch(endpoint, process(name), request);
  const auto body = request.method == http::Method::Head ? http::Body::withheld : http::Body::sent;
  const Answer answer = parse_answer(http::to_cgi(outcome.response, body));

  check_contract(endpoint, call, answer);
  check_audit(endpoint, call, audited);
  check_log(call, answer, std::string_view(log).substr(logged));
  EXPECT_EQ(outcome.afterwards == Afterwards::end_process, answer.status == 500 && !endpoint.guard());
  return answer;
}

// Rows and floods together, so that an event counted and not recorded is seen too.
std::map<std::string, std::int64_t> WebHead::count_audited() {
  std::map<std::string, std::int64_t> counts;
  for (const auto& row : admin_.query("SELECT event, COUNT(*) FROM gh_audit GROUP BY event"
                                      " UNION ALL SELECT event, SUM(events) FROM gh_audit_counts"
                                      " WHERE event NOT LIKE '% tally' GROUP BY event")) {
    counts[row[0]] += std::stoll(row[1]);
  }
  return counts;
}

void WebHead::check_audit(const Endpoint& endpoint, const Call& call,
                          const std::map<std::string, std::int64_t>& before) {
  if (others_audit) return;
  std::set<std::string> declared;
  if (const Guard* guard = endpoint.guard()) {
    for (const Event event : guard->audits) declared.emplace(audit::name_of(event));
  }
  if (const Operation* operation = endpoint.find(http::method_named(call.method))) {
    for (const Event event : operation->policy().audits) declared.emplace(audit::name_of(event));
    // Of dispatch's own, wherever somebody is known.
    if (operation->policy().access.kind() != Access::Kind::anonymous) {
      declared.insert({"unauthorized_access", "rate_limit_exceeded"});
    }
  }
  for (const auto& [event, count] : count_audited()) {
    const auto earlier = before.find(event);
    const bool happened = earlier == before.end() || earlier->second != count;
    EXPECT_TRUE(!happened || declared.contains(event))
        << endpoint.name() << " does not declare that it audits " << event;
  }
}

void WebHead::check_log(const Call& call, const Answer& answer, std::string_view lines) const {
  EXPECT_TRUE(answer.status < 400 || !lines.empty()) << "a refusal without a line in the log";
  // What is wrong with the rules of a guard is a line of its own, before the request's.
  if (lines.find("guard.rules") != std::string_view::npos) lines.remove_prefix(lines.find('\n') + 1);
  if (lines.empty()) return;
  EXPECT_EQ(lines.find('\n'), lines.size() - 1) << "one line for each request: " << lines;
  const auto line = json::parse(lines);
  ASSERT_TRUE(line.value) << lines;
  EXPECT_EQ(line.value->find("status")->integer(), answer.status);
  EXPECT_EQ(line.value->string_of("request_id"), answer.header("X-Request-ID"));
  if (answer.status == 500) ADD_FAILURE() << lines;
  for (const std::string& secret : secrets_of(call)) {
    EXPECT_EQ(lines.find(secret), std::string_view::npos) << "a secret in the log: " << lines;
  }
}

std::set<std::string> golden_rate_statements(const std::string& endpoint) {
  for (const ListedEndpoint& listed : all_endpoints()) {
    if (listed.endpoint->name() != endpoint) continue;
    for (const Operation& operation : listed.endpoint->operations()) {
      const Limit limit = operation.policy().limit;
      if (limit != Limit::health && limit != Limit::uncounted) return golden_statements("rates");
    }
  }
  return {};
}

bool regenerates() { return std::getenv("GATEHOUSE_REGENERATE") != nullptr; }

std::string golden_statements_file(const std::string& endpoint) {
  return GATEHOUSE_SOURCE "/tests/golden/statements/" + endpoint + ".txt";
}

std::set<std::string> golden_statements(const std::string& endpoint) {
  std::set<std::string> names;
  std::ifstream in(golden_statements_file(endpoint));
  for (std::string line; std::getline(in, line);) names.insert(line);
  return names;
}

}  // namespace gatehouse::test
