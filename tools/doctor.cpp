// SPDX-License-Identifier: Apache-2.0
#include "doctor.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/failure.h"
#include "base/text.h"

namespace gatehouse::tool {

namespace doctor {

bool Report::expect(bool is_well, Severity severity, const std::string& seen, const std::string& fix) {
  ++checks_;
  // One thing may be wrong in many places, but it is said once.
  const Finding finding{severity, seen, fix};
  if (!is_well && std::find(findings_.begin(), findings_.end(), finding) == findings_.end())
    findings_.push_back(finding);
  return is_well;
}

int Report::count(Severity severity) const {
  return static_cast<int>(std::count_if(findings_.begin(), findings_.end(),
                                        [&](const Finding& finding) { return finding.severity == severity; }));
}

std::optional<Settings> examine_configuration(Report& report) {
  try {
    config::Loaded loaded = load_config();
    report.good();
    for (const std::string& unknown : loaded.warnings)
      report.error("configuration: " + unknown, "mend or remove the line");
    const Settings& settings = loaded.settings;
    const bool is_production = settings.environment == Environment::production;
    const bool is_https = settings.public_url.starts_with("https://");
    report.expect(is_https || !is_production, Severity::error,
                  "configuration: PUBLIC_URL is " + settings.public_url + ": passwords and tokens travel in the clear",
                  "PUBLIC_URL = https://…, and a certificate in the front server");
    report.expect(!is_production || !settings.examples, Severity::warning,
                  "configuration: EXAMPLES is on: everybody who has an account may post", "EXAMPLES = off");
    report.expect(!settings.allow_shared_uid, Severity::warning,
                  "configuration: ALLOW_SHARED_UID is on: whatever else the web server runs can read the secrets",
                  "a host that runs programs as their owner (suexec), then ALLOW_SHARED_UID = off");
    report.expect(settings.algorithm != "HS256", Severity::warning,
                  "configuration: ALGORITHM is HS256: whatever verifies tokens can mint them",
                  "ALGORITHM = ES256, then gatehouse key rotate");
    const auto least = keys::kKeySetMaxAge + minutes(1);
    report.expect(settings.key_publish_period >= least, Severity::warning,
                  "configuration: KEY_PUBLISH_MINUTES is " + std::to_string(settings.key_publish_period.count()) +
                      ": programs that verify tokens will refuse good ones after a rotation",
                  "KEY_PUBLISH_MINUTES = " + std::to_string(least.count()) + " or more");
    return std::move(loaded.settings);
  } catch (const std::exception& error) {
    report.error(std::string("configuration: ") + error.what(), "gatehouse config check says when it is mended");
    return std::nullopt;
  }
}

}  // namespace doctor

int doctor_command(std::span<const std::string> arguments) {
  using doctor::Severity;
  const Arguments given(arguments, {"--lighttpd", "--log", "--ca", "--guarded"});
  if (given.words().size() > 1) throw CommandError("name one URL");

  doctor::Report report;
  const auto settings = doctor::examine_configuration(report);
  const std::string home = settings ? settings->home : config::executable_home();
  doctor::Site site{.ca_file = given.option("--ca", "")};
  if (settings) {
    doctor::examine_files(*settings, report);
    doctor::examine_database(*settings, report);
    doctor::examine_mail(*settings, report);
    site.url = settings->public_url;
    site.environment = settings->environment;
  }

  const auto file = [&](const char* option, const std::string& usual) {
    if (const auto named = given.option(option)) return *named;
    return std::filesystem::exists(usual) ? usual : "";
  };
  if (const auto configuration = file("--lighttpd", home + "/etc/lighttpd/main.conf"); !configuration.empty()) {
    doctor::examine_lighttpd(configuration, report);
  }
  const bool has_log = settings && !settings->log_file.empty();
  if (const auto log = file("--log", has_log ? settings->log_file : home + "/log/gatehouse.log"); !log.empty())
    doctor::examine_log(log, report);

  if (!given.words().empty()) site.url = given.words().front();
  while (site.url.ends_with('/')) site.url.pop_back();
  if (!site.url.empty()) doctor::examine_site(site, report);
  std::vector<std::string> guarded = split(given.option("--guarded", ""), ' ');
  if (settings) {
    for (std::string& url : doctor::examine_rules(*settings, report)) guarded.push_back(std::move(url));
  }
  for (const std::string& url : guarded) {
    if (!url.empty()) doctor::examine_guarded(site, url, report);
  }

  for (const Severity severity : {Severity::error, Severity::warning}) {
    for (const doctor::Finding& finding : report.findings()) {
      if (finding.severity != severity) continue;
      std::printf("%-7s  %s; fix: %s\n", severity == Severity::error ? "error" : "warning", finding.seen.c_str(),
                  finding.fix.c_str());
    }
  }
  const int errors = report.count(Severity::error);
  std::printf("%d checks, %d errors, %d warnings\n", report.checks(), errors, report.count(Severity::warning));
  return errors > 0 ? 1 : 0;
}

}  // namespace gatehouse::tool
