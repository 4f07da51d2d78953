// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "doctor.h"

namespace gatehouse::tool::doctor {
namespace {

using guard::Rule;
using guard::Segments;
using guard::Term;

std::string url_of(const std::string& origin, const Segments& path) {
  std::string url = origin;
  for (const std::string& segment : path) url += "/" + percent_encode(segment);
  return path.empty() ? url + "/" : url;
}

// Whether who asks without identity is refused, wherever they are.
bool refuses_strangers(const Rule* rule) {
  return !rule || std::none_of(rule->who.begin(), rule->who.end(), [](const Term& term) {
    return term.kind == Term::Kind::anyone || term.kind == Term::Kind::network;
  });
}

}  // namespace

std::vector<std::string> guarded_urls(const guard::Sites& sites) {
  std::vector<std::string> urls;
  for (const auto& [name, site] : sites) {
    std::vector<Segments> paths = {{}};
    for (const Rule& rule : site.rules) paths.push_back(rule.path);
    for (Segments& path : paths) std::replace(path.begin(), path.end(), std::string("*"), std::string("doctor"));
    for (const std::string& origin : site.origins) {
      for (const Segments& path : paths) {
        const std::string url = url_of(origin, path);
        const bool is_new = std::find(urls.begin(), urls.end(), url) == urls.end();
        if (is_new && refuses_strangers(site.rule_for(path, "GET"))) urls.push_back(url);
      }
    }
  }
  return urls;
}

std::vector<std::string> examine_rules(const Settings& settings, Report& report) {
  const std::string& file = settings.guard_rules;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};  // nothing is guarded
  std::ifstream in(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (!report.expect(in.good(), Severity::error, "guard: " + file + " can't be read", "run gatehouse doctor as root")) {
    return {};
  }
  const guard::Reading reading = guard::read_sites(text);
  for (const guard::Finding& found : reading.findings) {
    const bool is_error = found.weight == guard::Finding::Weight::error;
    report.expect(false, is_error ? Severity::error : Severity::warning,
                  "guard: " + file + ":" + std::to_string(found.line) + ": " + found.text,
                  is_error ? "mend the line: with an error, none of the file holds"
                           : "mend the line, or leave it if it is meant");
  }
  return guarded_urls(reading.sites);
}

}  // namespace gatehouse::tool::doctor
