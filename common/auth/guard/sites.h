// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/network.h"

// The guard of other sites: whether a request may pass, by rules that an operator wrote.
namespace gatehouse::guard {

using Segments = std::vector<std::string>;  // "/a/b" is {"a", "b"}

// One thing that lets somebody pass.
struct Term {
  enum class Kind { anyone, nobody, user, group, role, minimum_role, scope, network };
  Kind kind;
  std::string name{};  // of the user, group, role or scope; of any user ""
  Network network{};
};

// The first rule of a site whose path and method are a request's decides it, whatever it says.
struct Rule {
  int line = 0;
  Segments path;                     // from the front, whole segments; "*" is any one
  std::vector<std::string> methods;  // none: all of them
  std::vector<Term> who;             // any one is enough
  bool takes_keys = false;           // an API key or token passes without the scope of the site
  bool takes_basic = false;          // an API key may come as a password

  bool covers(const Segments& name, std::string_view method) const;
  bool lets_anybody_in() const;
};

struct Site {
  int line = 0;
  std::vector<std::string> origins;  // "https://wiki.example.com"; the first is where people are sent
  std::vector<Rule> rules;

  // nullptr: nothing covers it.
  const Rule* rule_for(const Segments& name, std::string_view method) const;
};

using Sites = std::map<std::string, Site, std::less<>>;

struct Finding {
  enum class Weight { error, warning };
  int line = 0;
  Weight weight = Weight::error;
  std::string text;
};

// What a rules file says, and what is wrong with it: with an error, none of it holds.
struct Reading {
  Sites sites;
  std::vector<Finding> findings;

  bool is_good() const;
};
Reading read_sites(std::string_view text);

}  // namespace gatehouse::guard
