// SPDX-License-Identifier: Apache-2.0
#include "auth/guard/guard.h"

#include <cstdio>
#include <fstream>
#include <set>

#include "auth/access/roles.h"
#include "auth/guard/rulebook.h"
#include "base/text.h"
#include "db/admin.h"
#include "files.h"
#include "operator.h"

namespace gatehouse::tool {
namespace {

using guard::Finding;
using guard::Rule;
using guard::Term;

guard::Reading read_rules(const std::string& file) { return guard::read_sites(read_file(file)); }

void warn(guard::Reading& reading, int line, std::string text) {
  reading.findings.push_back({line, Finding::Weight::warning, std::move(text)});
}

bool lets_any_user_in(const Rule& rule) {
  for (const Term& term : rule.who) {
    if (term.kind == Term::Kind::user && term.name.empty()) return true;
  }
  return false;
}

// What only this installation can know of the rules.
void check_names(guard::Reading& reading, const Settings& settings) {
  std::optional<access::RoleMap> map;
  std::set<std::string> groups;
  try {
    db::Database database(admin_target(settings));
    map = access::Roles().present(database, SystemClock().now());
    db::Admin admin(admin_target(settings));
    for (const auto& row : admin.query("SELECT name FROM gh_groups")) groups.insert(row[0]);
  } catch (const std::exception& error) {
    warn(reading, 0, std::string("roles and groups were not checked: ") + error.what());
  }
  for (const auto& [name, site] : reading.sites) {
    for (const Rule& rule : site.rules) {
      if (settings.registration == Registration::open && lets_any_user_in(rule)) {
        warn(reading, rule.line, "REGISTRATION is open: anybody can make themselves a user");
      }
      for (const Term& term : rule.who) {
        const bool is_role = term.kind == Term::Kind::role || term.kind == Term::Kind::minimum_role;
        if (map && is_role && !map->find(term.name)) warn(reading, rule.line, "there is no role " + term.name);
        if (map && term.kind == Term::Kind::group && !groups.contains(term.name)) {
          warn(reading, rule.line, "there is no group " + term.name);
        }
      }
    }
  }
}

// The site whose origin the URL begins with, and the rest.
struct Target {
  std::string site;
  std::string path;
};
Target target_of(const guard::Sites& sites, const std::string& url) {
  for (const auto& [name, site] : sites) {
    for (const std::string& origin : site.origins) {
      if (url.starts_with(origin + "/")) return {name, url.substr(origin.size())};
    }
  }
  throw CommandError(url + ": no site has such an origin");
}

guard::Shown shown_by(const std::string& how) {
  if (how == "cookie") return guard::Shown::cookie;
  if (how == "token") return guard::Shown::token;
  if (how == "key") return guard::Shown::key;
  if (how == "basic") return guard::Shown::basic;
  throw CommandError("--with is cookie, token, key or basic");
}

// Somebody as the guard would see them; their scopes are all that they may be granted, unless said otherwise.
guard::Visitor visitor(const Operator& by, const Arguments& given, const std::string& name,
                       const access::RoleMap& map) {
  const users::Credentials account = user_named(by.occasion, name);
  const access::Role* role = map.find(account.role);
  if (!account.is_active || !role)
    throw CommandError(name + " can't sign in: inactive, or of a role that is not there");
  guard::Visitor visitor{.principal = {}, .shown = shown_by(given.option("--with", "cookie"))};
  visitor.principal.user.id = account.id;
  visitor.principal.user.username = account.username;
  visitor.principal.user.role = account.role;
  visitor.principal.groups = account.groups;
  visitor.principal.place = role->place;
  visitor.principal.rights = map.rights_of(*role, account.groups);
  visitor.principal.rights.scopes = access::grant(visitor.principal.rights.scopes, given.option("--scopes"));
  return visitor;
}

void print_verdict(const guard::Verdict& verdict, const std::string& file) {
  constexpr const char* kWords[] = {"pass", "sign in first (401, or the sign-in page)", "forbidden (403)"};
  std::printf("%s: %s\n", kWords[static_cast<int>(verdict.kind)], verdict.why.c_str());
  if (verdict.line == 0) return;
  std::ifstream in(file);
  std::string text;
  for (int line = 0; line < verdict.line; ++line) std::getline(in, text);
  std::printf("%s:%d: %s\n", file.c_str(), verdict.line, std::string(trim(text)).c_str());
}

}  // namespace

int guard_check(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  const Settings settings = load_config().settings;
  const std::string file = given.words().empty() ? settings.guard_rules : given.words()[0];
  guard::Reading reading = read_rules(file);
  const bool is_good = reading.is_good();
  if (is_good) check_names(reading, settings);
  if (!reading.findings.empty()) std::fprintf(stderr, "%s\n", guard::describe(file, reading).c_str());
  if (!is_good) return 1;
  for (const auto& [name, site] : reading.sites) {
    std::printf("%s: %zu rules, at %s\n", name.c_str(), site.rules.size(), site.origins.front().c_str());
  }
  return 0;
}

int guard_test(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--user", "--address", "--with", "--scopes", "--rules"});
  if (given.words().size() != 2) throw CommandError("name a method and a URL: GET https://wiki.example.com/page");
  const Operator by("gatehouse:guard-test");
  const std::string file = given.option("--rules", by.occasion.settings().guard_rules);
  const guard::Reading reading = read_rules(file);
  if (!reading.is_good()) throw CommandError(guard::describe(file, reading));
  const Target target = target_of(reading.sites, given.words()[1]);
  const auto names = guard::names_of({.path = std::string_view(target.path).substr(0, target.path.find('?'))});
  if (!names) {
    std::puts("forbidden (403): the URL could be read in two ways");
    return 1;
  }
  const Address address = Address::parse(given.option("--address", "127.0.0.1"));
  const guard::Request request{target.site, given.words()[0], *names, address};
  access::RoleMap map;
  std::optional<guard::Visitor> who;
  if (const auto user = given.option("--user")) {
    map = by.occasion.process.roles.present(by.occasion.database(), by.occasion.now);
    who = visitor(by, given, *user, map);
  }
  const auto verdict = guard::judge(reading.sites.at(target.site), request, who ? &*who : nullptr, map);
  print_verdict(verdict, file);
  return verdict.kind == guard::Verdict::Kind::pass ? 0 : 1;
}

}  // namespace gatehouse::tool
