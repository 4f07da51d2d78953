// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mail.h"
#include "base/network.h"
#include "base/rate.h"
#include "base/secret.h"
#include "base/time.h"

namespace gatehouse {

enum class Environment { production, development };
enum class Registration { closed, invite, verified, open };
enum class CausalReads { off, galera, group_replication };
enum class AuditPush { off, syslog };
enum class RateStore { server, mysql };
enum class LogTo { standard_error, syslog, file };

// Every setting, typed and checked. The table in config.cpp says each one's key, default, bounds and meaning.
struct Settings {
  std::string home;  // the folder above the executable's own; relative defaults start here

  std::string app_name;
  Environment environment = Environment::production;
  bool debug = false;
  std::string public_url;
  std::vector<std::string> allowed_origins;
  std::vector<std::string> allowed_hosts;  // host, host:port, *.domain, or *
  std::vector<Network> trusted_proxies;
  Registration registration = Registration::closed;
  bool registration_hides_email = false;
  bool require_verified_email = false;

  Secret database_url;
  std::string database_ca;
  CausalReads causal_reads = CausalReads::off;
  std::string credentials;  // a directory
  std::string master_key_file;
  std::string run_directory;
  std::string openapi_file;
  std::string guard_rules;

  std::string algorithm;
  Secret secret_key;
  std::string issuer;
  std::string audience;
  minutes access_token_life{};
  days refresh_token_life{};
  days session_life{};
  std::int64_t max_sessions_per_user = 0;
  seconds refresh_reuse_grace{};
  minutes key_publish_period{};

  std::array<Rate, kLimits> rates{};
  RateStore rate_store = RateStore::server;
  std::vector<Network> rate_exempt;
  // Of a limit that has one.
  const Rate& rate_of(Limit limit) const { return rates.at(static_cast<std::size_t>(limit)); }

  std::int64_t max_login_attempts = 0;
  minutes lockout{};
  std::int64_t argon2_memory_kib = 0;
  std::int64_t argon2_passes = 0;
  std::int64_t hash_slots = 0;

  std::string require_second_factor_for;  // a role, and all above it; "": none
  std::string breach_list;                // a file; "": none

  std::string mail_from;  // "": no mail is written
  std::optional<MailRoute> mail_route;
  std::string mail_ca_file;  // "": whom the system trusts
  std::string mail_password_file;
  std::string mail_key_file;
  std::string mail_public_key_file;
  std::string mail_templates;  // a folder; "": the ones that came along
  std::string mail_language;
  Rate mail_limit{};
  std::string page_reset_url;
  std::string page_verify_url;

  std::string audit_key_file;
  AuditPush audit_push = AuditPush::off;
  std::string audit_syslog_socket;
  days audit_retention{};
  days address_retention{};  // 0: as long as what they stand in
  days purge_deleted{};      // 0: never

  LogTo log_to = LogTo::standard_error;
  std::string log_file;

  seconds idle_exit{};
  bool allow_shared_uid = false;
  bool sweep_by_requests = false;
  bool examples = false;
};

namespace config {

// A key as operators know it. The README's table and `gatehouse config check` are made from these.
struct Key {
  const char* name;
  const char* fallback;
  const char* meaning;
  bool secret;
};
std::span<const Key> keys();

using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

struct Source {
  std::string file;    // may be empty: nothing but defaults and the environment
  Lookup environment;  // of the process; empty under CGI, where the environment is the request
  std::string home;
};

struct Loaded {
  Settings settings;
  std::vector<std::string> warnings;  // unknown keys, each with file, line and "did you mean"
};

// Throws Misconfigured, with file and line, on a bad value, a missing secret or a secret that others can read.
Loaded load(const Source& source);

// GATEHOUSE_CONFIG, else etc/gatehouse.conf in the executable's home, else /etc/gatehouse/gatehouse.conf, else "".
std::string find_file(const std::string& home);

// The folder above the one in which the running executable really lies; or the next folder `gatehouse` beside that one
// or further up, where the configuration of the same owner stands there, as on a shared host.
std::string executable_home();

std::optional<std::string> process_environment(const std::string& name);
std::optional<std::string> no_environment(const std::string& name);

// "key = value" lines of a file that only its owner, or a group of its own, may read: credentials, keys.
struct Line {
  std::string key;
  std::string value;
  int number;
};
std::vector<Line> read_lines(const std::string& path);
Secret read_secret_file(const std::string& path);
// Of what anybody may read.
std::string read_text_file(const std::string& path);

}  // namespace config
}  // namespace gatehouse
