// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "auth/guard/sites.h"
#include "command.h"

// What `gatehouse doctor` looks at, a function for each; all of them only look.
namespace gatehouse::tool::doctor {

enum class Severity { warning, error };

struct Finding {
  Severity severity;
  std::string seen;  // "files: credentials/master.key can be read by others"
  std::string fix;   // "chmod o-rwx …"

  friend bool operator==(const Finding&, const Finding&) = default;
};

class Report {
 public:
  // Answers `is_well`; where it is not, that is a finding.
  bool expect(bool is_well, Severity severity, const std::string& seen, const std::string& fix);
  void error(const std::string& seen, const std::string& fix) { expect(false, Severity::error, seen, fix); }
  void warn(const std::string& seen, const std::string& fix) { expect(false, Severity::warning, seen, fix); }
  void good() { ++checks_; }

  const std::vector<Finding>& findings() const { return findings_; }
  int checks() const { return checks_; }
  int count(Severity severity) const;

 private:
  std::vector<Finding> findings_{};
  int checks_ = 0;
};

// The configuration file and what it means in production; nullopt where nothing more can be asked.
std::optional<Settings> examine_configuration(Report& report);
// Modes and owners of secrets and executables.
void examine_files(const Settings& settings, Report& report);
// Flags, clock, schema, accounts, keys, sweep, audit trail.
void examine_database(const Settings& settings, Report& report);
// Keys, templates and transport of mail, and what waits or was given up.
void examine_mail(const Settings& settings, Report& report);
// What the executables have told the log of, which nobody else can know.
void examine_log(const std::string& file, Report& report);

// Each privilege of a GRANT statement, as information_schema has it: "SELECT (`id`) ON `gatehouse`.`gh_users`".
std::set<std::string> privileges_in(std::string_view grant, const std::string& schema);

// lighttpd's version and what `lighttpd -p -f FILE` prints.
struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};
std::optional<Version> lighttpd_version(std::string_view printed);
void read_lighttpd(std::string_view printed, std::optional<Version> version, Report& report);
void examine_lighttpd(const std::string& file, Report& report);

// The guard's rules; answers what must refuse a stranger: the root of each site and the path of each of its rules, but
// where anyone, or somebody's network, is let in.
std::vector<std::string> examine_rules(const Settings& settings, Report& report);
std::vector<std::string> guarded_urls(const guard::Sites& sites);

// The installation as its clients see it.
struct Site {
  std::string url{};  // scheme://host[:port]
  std::string ca_file{};
  Environment environment = Environment::production;
};
void examine_site(const Site& site, Report& report);
// A guarded page, asked without identity, and with one made up.
void examine_guarded(const Site& site, const std::string& url, Report& report);

}  // namespace gatehouse::tool::doctor
