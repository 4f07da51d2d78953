// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "auth/guard/verdict.h"
#include "base/text.h"

namespace gatehouse::guard {
namespace {

bool is_met_by_anybody(const Term& term, const Request& request) {
  return term.kind == Term::Kind::anyone ||
         (term.kind == Term::Kind::network && term.network.contains(request.address));
}

bool is_met(const Term& term, const Principal& who, const access::RoleMap& map) {
  switch (term.kind) {
    case Term::Kind::user: return term.name.empty() || to_lower(who.user.username) == term.name;
    case Term::Kind::group: return std::find(who.groups.begin(), who.groups.end(), term.name) != who.groups.end();
    case Term::Kind::role: return who.role == term.name;
    case Term::Kind::minimum_role: {
      // A role that was taken out of the map lets nobody pass.
      const access::Role* least = map.find(term.name);
      return least && who.place >= least->place;
    }
    case Term::Kind::scope: return access::ScopeSet::parse(term.name).without(who.rights.scopes).empty();
    case Term::Kind::anyone:
    case Term::Kind::nobody:
    case Term::Kind::network: return false;
  }
  return false;
}

// A token or key is shown to the site: it must be one for this site, or the rule must say which kind it takes.
bool may_be_shown(const Rule& rule, const Request& request, const Visitor& visitor, const access::RoleMap& map) {
  if (visitor.shown == Shown::cookie) return true;
  if (visitor.shown == Shown::basic && !rule.takes_basic) return false;
  if (rule.takes_keys || visitor.principal.rights.scopes.opens(request.site)) return true;
  return std::any_of(rule.who.begin(), rule.who.end(), [&](const Term& term) {
    return term.kind == Term::Kind::scope && is_met(term, visitor.principal, map);
  });
}

Verdict judge_name(const Site& site, const Segments& name, const Request& request, const Visitor* visitor,
                   const access::RoleMap& map) {
  const Rule* rule = site.rule_for(name, request.method);
  if (!rule) return {.kind = Verdict::Kind::forbidden, .line = 0, .why = "no rule covers it"};
  const auto says = [&](Verdict::Kind kind, std::string why) {
    return Verdict{.kind = kind, .line = rule->line, .why = std::move(why), .offers_basic = rule->takes_basic};
  };
  const auto& who = rule->who;
  if (std::any_of(who.begin(), who.end(), [](const Term& term) { return term.kind == Term::Kind::nobody; })) {
    return says(Verdict::Kind::forbidden, "nobody may");
  }
  if (std::any_of(who.begin(), who.end(), [&](const Term& term) { return is_met_by_anybody(term, request); })) {
    return says(Verdict::Kind::pass, "no name is asked for");
  }
  if (!visitor) return says(Verdict::Kind::sign_in, "nobody is known");
  if (!may_be_shown(*rule, request, *visitor, map)) {
    return says(Verdict::Kind::forbidden, visitor->shown == Shown::basic && !rule->takes_basic
                                              ? "the rule does not say basic"
                                              : "needs scope site:" + std::string(request.site));
  }
  if (std::any_of(who.begin(), who.end(), [&](const Term& term) { return is_met(term, visitor->principal, map); })) {
    return says(Verdict::Kind::pass, "the rule names them");
  }
  return says(Verdict::Kind::forbidden, "the rule names others");
}

}  // namespace

Verdict judge(const Site& site, const Request& request, const Visitor* visitor, const access::RoleMap& map) {
  Verdict strictest{.kind = Verdict::Kind::forbidden, .line = 0, .why = "it has no name"};
  bool is_first = true;
  for (const Segments& name : request.names) {
    Verdict verdict = judge_name(site, name, request, visitor, map);
    if (is_first || verdict.kind > strictest.kind) strictest = std::move(verdict);
    is_first = false;
  }
  return strictest;
}

}  // namespace gatehouse::guard
