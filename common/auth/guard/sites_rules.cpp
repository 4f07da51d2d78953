// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "auth/access/rights.h"
#include "auth/guard/names.h"
#include "auth/guard/sites.h"
#include "base/host.h"
#include "base/text.h"

namespace gatehouse::guard {
namespace {

constexpr std::size_t kMostOriginBytes = 255;  // of the column that cookies are kept by

struct Word {
  const char* word;
  Term::Kind kind;
  enum class Names { nothing, something } names;
};

constexpr Word kWords[] = {
    {"anyone", Term::Kind::anyone, Word::Names::nothing},
    {"nobody", Term::Kind::nobody, Word::Names::nothing},
    {"user", Term::Kind::user, Word::Names::something},
    {"group", Term::Kind::group, Word::Names::something},
    {"role", Term::Kind::role, Word::Names::something},
    {"minimum-role", Term::Kind::minimum_role, Word::Names::something},
    {"scope", Term::Kind::scope, Word::Names::something},
    {"network", Term::Kind::network, Word::Names::something},
};

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (std::string& word : split(std::string(line), ' ')) {
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

bool is_method(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_upper(c) || c == '-'; });
}

// Reads a line at a time; the first thing that is wrong with a line ends it.
class Reader {
 public:
  explicit Reader(Reading& reading) : reading_(reading) {}

  void read(std::string_view line, int number) {
    number_ = number;
    const std::vector<std::string> words = words_of(line.substr(0, line.find('#')));
    if (words.empty()) return;
    if (words.front() == "site") {
      begin_site(words);
    } else if (words.front().front() == '/') {
      add_rule(words);
    } else {
      complain("a line is `site NAME ORIGIN…`, or `PATH METHODS WHO`, where PATH begins with '/'");
    }
  }

  void finish() {
    for (const auto& [name, site] : reading_.sites) {
      number_ = site.line;
      if (site.rules.empty()) warn("site " + name + " has no rules: nobody gets in");
      check_methods(site);
    }
  }

 private:
  void complain(std::string text) { reading_.findings.push_back({number_, Finding::Weight::error, std::move(text)}); }
  void warn(std::string text) { reading_.findings.push_back({number_, Finding::Weight::warning, std::move(text)}); }

  // `/private GET group staff`, and `/ * anyone` below it: anybody may PUT to /private, or whatever a client makes up.
  void check_methods(const Site& site) {
    for (std::size_t i = 0; i < site.rules.size(); ++i) {
      const Rule& rule = site.rules[i];
      if (rule.methods.empty() || rule.lets_anybody_in()) continue;
      const auto falls_to =
          std::find_if(site.rules.begin() + static_cast<std::ptrdiff_t>(i), site.rules.end(),
                       [&](const Rule& each) { return each.methods.empty() && each.covers(rule.path, ""); });
      number_ = rule.line;
      if (falls_to != site.rules.end() && falls_to->lets_anybody_in()) {
        warn("its other methods fall to line " + std::to_string(falls_to->line) + ", which lets anybody in");
      }
    }
  }

  void begin_site(const std::vector<std::string>& words) {
    site_ = nullptr;
    if (words.size() < 3) return complain("a site has a name and an origin: site wiki https://wiki.example.com");
    const std::string& name = words[1];
    if (!access::is_site_name(name)) {
      return complain("'" + name + "' is no name for a site: up to 32 of a-z, 0-9 and '-'");
    }
    const std::vector<std::string> origins(words.begin() + 2, words.end());
    for (const std::string& origin : origins) {
      if (!is_origin(origin) || origin.size() > kMostOriginBytes) {
        return complain("'" + origin + "' is no origin: scheme://host[:port], lower case, nothing behind it");
      }
    }
    const auto is_secure = [](const std::string& origin) { return origin.starts_with("https:"); };
    const auto secure = std::count_if(origins.begin(), origins.end(), is_secure);
    if (secure != 0 && secure != std::ssize(origins)) {
      return complain("the origins are partly https and partly http: cookies of the one are not those of the other");
    }
    const auto [site, is_new] =
        reading_.sites.try_emplace(name, Site{.line = number_, .origins = origins, .rules = {}});
    if (!is_new) return complain("site " + name + " stands in line " + std::to_string(site->second.line) + " already");
    site_ = &site->second;
  }

  void add_rule(const std::vector<std::string>& words) {
    if (!site_) return complain("this rule is of no site: a line `site NAME ORIGIN` comes first");
    if (words.size() < 3) return complain("a rule is PATH METHODS WHO, such as: /private GET,POST group staff");
    Rule rule{.line = number_, .path = {}, .methods = {}, .who = {}};
    if (!read_path(words[0], rule) || !read_methods(words[1], rule)) return;
    if (!read_who({words.begin() + 2, words.end()}, rule)) return;
    for (const Rule& earlier : site_->rules) {
      if (earlier.methods.empty() && earlier.covers(rule.path, "")) {
        warn("never reached: line " + std::to_string(earlier.line) + " decides all of it");
        break;
      }
    }
    // The front server finds an index after the guard has been asked, and lighttpd and nginx don't say which it took.
    if (!rule.lets_anybody_in() && !rule.path.empty() && rule.path.back().starts_with("index.")) {
      warn("an index is shown for its folder too, which this rule does not cover: guard the folder");
    }
    site_->rules.push_back(std::move(rule));
  }

  bool read_path(const std::string& word, Rule& rule) {
    auto segments = segments_of(word);
    const bool is_plain = segments && word.find('%') == std::string::npos && "/" + join(*segments) == word;
    if (!is_plain) {
      complain("'" + word + "' is no path: whole segments as people see them, no %, '//', dots or final '/'");
      return false;
    }
    rule.path = std::move(*segments);
    return true;
  }

  static std::string join(const Segments& segments) {
    std::string path;
    for (const std::string& segment : segments) path += (path.empty() ? "" : "/") + segment;
    return path;
  }

  bool read_methods(const std::string& word, Rule& rule) {
    if (word == "*") return true;
    rule.methods = split(word, ',');
    if (std::all_of(rule.methods.begin(), rule.methods.end(), is_method)) return true;
    complain("'" + word + "' is no list of methods: * or GET,POST");
    return false;
  }

  // TERM [or TERM]… [with CREDENTIAL…]
  bool read_who(const std::vector<std::string>& words, Rule& rule) {
    std::size_t at = 0;
    const auto more = [&] { return at < words.size(); };
    do {
      if (!more()) return complain("'or' leads to nothing"), false;
      const Word* known =
          std::find_if(std::begin(kWords), std::end(kWords), [&](const Word& each) { return words[at] == each.word; });
      if (known == std::end(kWords)) {
        return complain("'" + words[at] +
                        "' is nobody: anyone, nobody, user, group, role, minimum-role, scope, network"),
               false;
      }
      ++at;
      const bool is_named =
          known->names == Word::Names::something && more() && words[at] != "or" && words[at] != "with";
      if (!add_term(*known, is_named ? words[at++] : "", rule)) return false;
    } while (more() && words[at] == "or" && ++at);
    if (more() && words[at] != "with") return complain("'" + words[at] + "' is neither 'or' nor 'with'"), false;
    if (more() && ++at == words.size()) return complain("'with' names key or basic"), false;
    for (; more(); ++at) {
      if (words[at] != "key" && words[at] != "basic") {
        return complain("'with' names key or basic, not '" + words[at] + "'"), false;
      }
      (words[at] == "key" ? rule.takes_keys : rule.takes_basic) = true;
    }
    return true;
  }

  bool add_term(const Word& known, const std::string& name, Rule& rule) {
    Term term{.kind = known.kind, .name = name};
    const bool needs_name = known.names == Word::Names::something && known.kind != Term::Kind::user;
    if (needs_name && name.empty()) return complain(std::string("'") + known.word + "' needs a name"), false;
    if (term.kind == Term::Kind::network) {
      const auto network = Network::parse(name);
      if (!network) return complain("'" + name + "' is no network such as 192.0.2.0/24 or 2001:db8::/32"), false;
      term.network = *network;
    }
    if (term.kind == Term::Kind::scope && access::ScopeSet::parse(name).empty()) {
      return complain("there is no scope '" + name + "'"), false;
    }
    // As accounts and groups are matched: without case.
    if (term.kind == Term::Kind::user || term.kind == Term::Kind::group) term.name = to_lower(name);
    rule.who.push_back(std::move(term));
    return true;
  }

  Reading& reading_;
  Site* site_ = nullptr;
  int number_ = 0;
};

}  // namespace

bool Rule::covers(const Segments& name, std::string_view method) const {
  if (name.size() < path.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != "*" && path[i] != name[i]) return false;
  }
  // HEAD is GET without its body.
  return methods.empty() || std::any_of(methods.begin(), methods.end(), [&](const std::string& each) {
           return each == method || (each == "GET" && method == "HEAD");
         });
}

bool Rule::lets_anybody_in() const {
  return std::any_of(who.begin(), who.end(), [](const Term& term) { return term.kind == Term::Kind::anyone; });
}

const Rule* Site::rule_for(const Segments& name, std::string_view method) const {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.covers(name, method); });
  return found == rules.end() ? nullptr : &*found;
}

bool Reading::is_good() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& each) { return each.weight == Finding::Weight::error; });
}

Reading read_sites(std::string_view text) {
  Reading reading;
  Reader reader(reading);
  int number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    ++number;
    if (end == std::string_view::npos) {
      // A file that is being written ends anywhere, and `user ann` cut short is `user`.
      reading.findings.push_back({number, Finding::Weight::error, "the last line has no end: the file is cut short"});
      break;
    }
    std::string line(text.substr(start, end - start));
    std::replace(line.begin(), line.end(), '\t', ' ');
    reader.read(trim(line), number);
    start = end + 1;
  }
  reader.finish();
  return reading;
}

}  // namespace gatehouse::guard
