// SPDX-License-Identifier: Apache-2.0
#include "auth/guard/guard.h"

#include <gtest/gtest.h>

#include "auth/guard/names.h"
#include "auth/guard/sites.h"
#include "auth/guard/verdict.h"
#include "base/network.h"

namespace gatehouse::guard {
namespace {

// ---- networks ------------------------------------------------------------------------------------------------------

TEST(Networks, AreWrittenWithAPrefixAndNothingBehindIt) {
  for (const char* good : {"10.0.0.0/8", "192.0.2.7", "0.0.0.0/0", "2001:db8::/32", "::/0", "::1", "10.1.2.3/32"}) {
    EXPECT_TRUE(Network::parse(good)) << good;
  }
  for (const char* bad : {"", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "2001:db8::1/32",
                          "localhost", "10.0.0.0/8 ", "::/129"}) {
    EXPECT_FALSE(Network::parse(bad)) << bad;
  }
}

TEST(Networks, ContainTheirOwnAndNoOthers) {
  const auto holds = [](const char* network, const char* address) {
    return Network::parse(network)->contains(Address::parse(address));
  };
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.0.0.1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.100"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
  EXPECT_FALSE(holds("0.0.0.0/0", ""));
  EXPECT_FALSE(holds("::/0", ""));
}

// ---- the rules file ------------------------------------------------------------------------------------------------

std::string wrong_with(std::string_view text) {
  std::string all;
  for (const Finding& each : read_sites(text).findings) {
    all += std::to_string(each.line) + (each.weight == Finding::Weight::error ? " " : " warning ") + each.text + "\n";
  }
  return all;
}

TEST(GuardRules, SayOfEachPathWhoMaySeeIt) {
  const Reading reading = read_sites(
      "# people\n"
      "site wiki https://wiki.example.com https://www.wiki.example.com\n"
      "/public   GET          anyone\n"
      "/git      *            group Devs or user Ann with basic key   # machines too\n"
      "/status   *            network 10.0.0.0/8 or role admin\n"
      "\t/\t*\tuser\n"
      "\n"
      "site files http://files.example.com:8080\n"
      "/ * minimum-role moderator or scope posts:read\n");
  EXPECT_TRUE(reading.is_good()) << wrong_with("");
  ASSERT_EQ(reading.sites.size(), 2U);
  const Site& wiki = reading.sites.at("wiki");
  EXPECT_EQ(wiki.origins.size(), 2U);
  ASSERT_EQ(wiki.rules.size(), 4U);
  const Rule& git = wiki.rules[1];
  EXPECT_EQ(git.path, Segments{"git"});
  ASSERT_EQ(git.who.size(), 2U);
  EXPECT_EQ(git.who[0].name, "devs");
  EXPECT_EQ(git.who[1].name, "ann");
  EXPECT_TRUE(git.takes_basic && git.takes_keys);
  EXPECT_EQ(wiki.rules[3].line, 6);
  EXPECT_TRUE(wiki.rules[3].path.empty());
}

TEST(GuardRules, AreRefusedWithTheLineThatIsWrong) {
  const struct {
    const char* text;
    const char* complaint;
  } rows[] = {
      {"/ * user\n", "1 this rule is of no site"},
      {"site wiki\n", "1 a site has a name and an origin"},
      {"site Wiki https://a.example\n", "1 'Wiki' is no name"},
      {"site wiki a.example\n", "1 'a.example' is no origin"},
      {"site wiki https://a.example/\n", "1 'https://a.example/' is no origin"},
      {"site wiki https://a.example http://b.example\n", "1 the origins are partly"},
      {"site wiki https://a.example\nsite wiki https://b.example\n", "2 site wiki stands in line 1"},
      {"site w https://a.example\nanyone\n", "2 a line is"},
      {"site w https://a.example\n/ *\n", "2 a rule is PATH METHODS WHO"},
      {"site w https://a.example\n/a/ * user\n", "2 '/a/' is no path"},
      {"site w https://a.example\n/a//b * user\n", "2 '/a//b' is no path"},
      {"site w https://a.example\n/a/../b * user\n", "2 '/a/../b' is no path"},
      {"site w https://a.example\n/a%20b * user\n", "2 '/a%20b' is no path"},
      {"site w https://a.example\n/ get user\n", "2 'get' is no list of methods"},
      {"site w https://a.example\n/ GET,,POST user\n", "2 'GET,,POST' is no list of methods"},
      {"site w https://a.example\n/ * users\n", "2 'users' is nobody"},
      {"site w https://a.example\n/ * group\n", "2 'group' needs a name"},
      {"site w https://a.example\n/ * user or\n", "2 'or' leads to nothing"},
      {"site w https://a.example\n/ * user with\n", "2 'with' names key or basic"},
      {"site w https://a.example\n/ * user with password\n", "2 'with' names key or basic, not 'password'"},
      {"site w https://a.example\n/ * user ann bob\n", "2 'bob' is neither 'or' nor 'with'"},
      {"site w https://a.example\n/ * network 10.0.0.1/8\n", "2 '10.0.0.1/8' is no network"},
      {"site w https://a.example\n/ * scope posts:fly\n", "2 there is no scope 'posts:fly'"},
      {"site w https://a.example\n/ * user ann", "2 the last line has no end"},
  };
  for (const auto& row : rows) {
    EXPECT_FALSE(read_sites(row.text).is_good()) << row.text;
    EXPECT_TRUE(wrong_with(row.text).starts_with(row.complaint)) << row.text << wrong_with(row.text);
  }
}

TEST(GuardRules, WarnOfWhatIsNeverReachedAndOfASiteWithoutAny) {
  EXPECT_EQ(wrong_with("site w https://a.example\n/ * user\n/admin * group staff\n"),
            "3 warning never reached: line 2 decides all of it\n");
  EXPECT_EQ(wrong_with("site w https://a.example\n"), "1 warning site w has no rules: nobody gets in\n");
  EXPECT_EQ(wrong_with("site w https://a.example\n/ GET user\n/admin * group staff\n"), "");
}

TEST(GuardRules, WarnOfMethodsThatFallToAnOpenRule) {
  const std::string site = "site w https://a.example\n/private GET,POST group staff\n";
  EXPECT_EQ(wrong_with(site + "/ * anyone\n"), "2 warning its other methods fall to line 3, which lets anybody in\n");
  EXPECT_EQ(wrong_with(site + "/private * nobody\n/ * anyone\n"), "");
  EXPECT_EQ(wrong_with(site + "/ * user\n"), "");
  EXPECT_EQ(wrong_with("site w https://a.example\n/ GET anyone\n/ * anyone\n"), "");
}

TEST(GuardRules, WarnOfAnIndexThatIsGuardedByItsNameAlone) {
  const auto complaint = [](const std::string& rule) { return wrong_with("site w https://a.example\n" + rule + "\n"); };
  EXPECT_EQ(complaint("/a/index.html * group staff"),
            "2 warning an index is shown for its folder too, which this rule does not cover: guard the folder\n");
  EXPECT_EQ(complaint("/a/index.html * anyone"), "");
  EXPECT_EQ(complaint("/a/index * group staff"), "");
}

TEST(GuardRules, CoverWholeSegmentsFromTheFront) {
  const auto covers = [](const char* rule, const char* path, const char* method = "GET") {
    const Reading reading = read_sites("site w https://a.example\n" + std::string(rule) + " anyone\n");
    return reading.sites.at("w").rules.at(0).covers(*segments_of(path), method);
  };
  EXPECT_TRUE(covers("/app *", "/app"));
  EXPECT_TRUE(covers("/app *", "/app/"));
  EXPECT_TRUE(covers("/app *", "/app/x/y"));
  EXPECT_FALSE(covers("/app *", "/apple"));
  EXPECT_FALSE(covers("/app *", "/App"));
  EXPECT_FALSE(covers("/app *", "/"));
  EXPECT_TRUE(covers("/ *", "/anything"));
  EXPECT_TRUE(covers("/users/*/files *", "/users/ann/files/x"));
  EXPECT_FALSE(covers("/users/*/files *", "/users/files"));
  EXPECT_TRUE(covers("/ GET", "/", "HEAD"));
  EXPECT_FALSE(covers("/ GET", "/", "POST"));
  EXPECT_FALSE(covers("/ HEAD", "/", "GET"));
  EXPECT_TRUE(covers("/ PROPFIND,GET", "/", "PROPFIND"));
}

// ---- names ---------------------------------------------------------------------------------------------------------

std::string text_of(const std::optional<std::vector<Segments>>& names) {
  if (!names) return "refused";
  std::string text;
  for (const Segments& name : *names) {
    if (!text.empty()) text += ' ';
    if (name.empty()) text += '/';
    for (const std::string& segment : name) text += "/" + segment;
  }
  return text;
}

TEST(GuardNames, AreEveryReadingThatSomeProgramMightHave) {
  const struct {
    const char* path;
    const char* names;
  } rows[] = {
      {"/", "/"},
      {"/a/b", "/a/b"},
      {"//a///b/", "/a/b"},
      {"/a/./b/../c", "/a/c"},
      {"/%61/b", "/a/b"},
      {"/a%20b", "/a b"},
      {"/%E2%82%AC", "/€"},
      {"/a;x=1/b;y", "/a;x=1/b;y /a/b"},
      {"/public/..;/secret", "/public/..;/secret /secret"},
      {"/secret%3Fx", "/secret?x /secret"},
      {"/secret%23x", "/secret#x /secret"},
      {"/%2573ecret", "/%73ecret /secret"},
      {"/100%25", "/100%"},
      {"/public/%2e%2e/secret", "/secret"},
      {"/public/%252e%252e/secret", "/public/%2e%2e/secret /secret"},
      {"/a/..", "/"},
  };
  for (const auto& row : rows) EXPECT_EQ(text_of(names_of({.path = row.path})), row.names) << row.path;
}

TEST(GuardNames, ThatCouldBeReadInTwoWaysAreRefused) {
  using namespace std::string_literals;
  const std::string rows[] = {"",         "a",        "*",        "http://host/a", "/a%2fb", "/a%2Fb",    "/a%5cb",
                              "/a\\b",    "/a%00",    "/a\0b"s,   "/a%0d%0a",      "/a%7f",  "/%",        "/%4",
                              "/%zz",     "/..",      "/a/../..", "/%2e%2e/a",     "/%ff",   "/%c0%ae",   "/%c0%af",
                              "/a%252fb", "/a%255cb", "/a%2500",  "/..;/a",        "/a\tb",  "/%ed%a0%80"};
  for (const std::string& row : rows) EXPECT_EQ(text_of(names_of({.path = row})), "refused") << row;
}

TEST(GuardNames, CountWhatTheServerMadeOfTheUrl) {
  EXPECT_EQ(text_of(names_of({.path = "/a", .rewritten = "/index.php/a"})), "/a /index.php/a");
  EXPECT_EQ(text_of(names_of({.path = "/a", .rewritten = "/%2f"})), "refused");
  const auto of_file = [](const char* file, const char* root) {
    return text_of(names_of({.path = "/a", .rewritten = {}, .file = file, .document_root = root}));
  };
  EXPECT_EQ(of_file("/srv/site/a.txt", "/srv/site"), "/a /a.txt");
  EXPECT_EQ(of_file("/srv/site/a.txt", "/srv/site/"), "/a /a.txt");
  EXPECT_EQ(of_file("/srv/site%41/../x", "/srv/site%41"), "refused");
  EXPECT_EQ(of_file("/srv/sites/a.txt", "/srv/site"), "/a");
  EXPECT_EQ(of_file("/usr/share/icons/a", "/srv/site"), "/a");
}

// ---- verdicts ------------------------------------------------------------------------------------------------------

class GuardVerdict : public testing::Test {
 protected:
  GuardVerdict() {
    map.roles["user"] = {.place = 100, .rights = {}};
    map.roles["moderator"] = {.place = 200, .rights = {}};
  }
  Visitor visitor(Shown shown, const std::string& scopes = "") {
    Visitor who{.principal = {}, .shown = shown};
    who.principal.user.username = "Ann";
    who.principal.user.role = who.principal.role = "user";
    who.principal.place = 100;
    who.principal.groups = {"devs"};
    who.principal.rights.scopes = access::ScopeSet::parse(scopes);
    return who;
  }
  std::string say(const std::string& rules, const char* path, const Visitor* who = nullptr,
                  const char* method = "GET") {
    const Reading reading = read_sites("site wiki https://wiki.example.com\n" + rules);
    EXPECT_TRUE(reading.is_good()) << rules;
    const auto names = names_of({.path = path});
    const Verdict verdict = judge(reading.sites.at("wiki"), {"wiki", method, *names, address}, who, map);
    const char* kinds[] = {"pass", "sign in", "forbidden"};
    return kinds[static_cast<int>(verdict.kind)] + std::string(" ") + std::to_string(verdict.line);
  }

  access::RoleMap map;
  Address address = Address::parse("192.0.2.1");
};

TEST_F(GuardVerdict, IsTheFirstRulesThatCoversAndNobodysOtherwise) {
  const std::string rules = "/public GET anyone\n/admin * group admins\n/ * user\n";
  const Visitor ann = visitor(Shown::cookie);
  EXPECT_EQ(say(rules, "/public/x"), "pass 2");
  EXPECT_EQ(say(rules, "/public/x", nullptr, "POST"), "sign in 4");
  EXPECT_EQ(say(rules, "/"), "sign in 4");
  EXPECT_EQ(say(rules, "/", &ann), "pass 4");
  EXPECT_EQ(say(rules, "/admin"), "sign in 3");
  // The next rule would let her in; the first that covers has decided.
  EXPECT_EQ(say(rules, "/admin", &ann), "forbidden 3");
  EXPECT_EQ(say("/a * anyone\n", "/b", &ann), "forbidden 0");
  EXPECT_EQ(say("/a * nobody\n/ * anyone\n", "/a", &ann), "forbidden 2");
}

TEST_F(GuardVerdict, NamesUsersGroupsRolesScopesAndNetworks) {
  const Visitor ann = visitor(Shown::cookie, "posts:read");
  const struct {
    const char* who;
    const char* verdict;
  } rows[] = {
      {"user", "pass 2"},
      {"user ann", "pass 2"},
      {"user bob", "forbidden 2"},
      {"group devs", "pass 2"},
      {"group ops", "forbidden 2"},
      {"role user", "pass 2"},
      {"role admin", "forbidden 2"},
      {"minimum-role user", "pass 2"},
      {"minimum-role moderator", "forbidden 2"},
      {"minimum-role nonsense", "forbidden 2"},
      {"scope posts:read", "pass 2"},
      {"scope admin", "forbidden 2"},
      {"network 192.0.2.0/24", "pass 2"},
      {"network 10.0.0.0/8", "forbidden 2"},
      {"user bob or group devs", "pass 2"},
      {"nobody or user", "forbidden 2"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(say("/ * " + std::string(row.who) + "\n", "/", &ann), row.verdict) << row.who;
  }
  EXPECT_EQ(say("/ * network 192.0.2.0/24 or user\n", "/"), "pass 2");
  EXPECT_EQ(say("/ * network 10.0.0.0/8 or user\n", "/"), "sign in 2");
}

TEST_F(GuardVerdict, IsTheStrictestOfAllNames) {
  const std::string rules = "/public * anyone\n/secret * user\n/vault * nobody\n/ * anyone\n";
  EXPECT_EQ(say(rules, "/public/..;/secret"), "sign in 3");
  EXPECT_EQ(say(rules, "/vault%3Fx"), "forbidden 4");
  EXPECT_EQ(say(rules, "/%2573ecret"), "sign in 3");
}

// Every way of showing who one is, with and without the site's scope, for every kind of rule.
TEST_F(GuardVerdict, TakesATokenOrKeyForThisSiteOrWhereTheRuleSaysSo) {
  const struct {
    Shown shown;
    const char* scopes;
    const char* rule;
    const char* verdict;
  } rows[] = {
      {Shown::cookie, "", "user", "pass 2"},
      {Shown::cookie, "", "user with key", "pass 2"},
      {Shown::token, "", "user", "forbidden 2"},
      {Shown::token, "site:wiki", "user", "pass 2"},
      {Shown::token, "site:other", "user", "forbidden 2"},
      {Shown::token, "posts:read", "user", "forbidden 2"},
      {Shown::token, "posts:read", "scope posts:read", "pass 2"},
      {Shown::token, "", "user with key", "pass 2"},
      {Shown::key, "", "user", "forbidden 2"},
      {Shown::key, "site:wiki", "user", "pass 2"},
      {Shown::key, "posts:read", "scope posts:read", "pass 2"},
      {Shown::key, "posts:read", "user with key", "pass 2"},
      {Shown::key, "site:wiki", "user with basic", "pass 2"},
      {Shown::basic, "site:wiki", "user", "forbidden 2"},
      {Shown::basic, "site:wiki", "user with key", "forbidden 2"},
      {Shown::basic, "", "user with basic", "forbidden 2"},
      {Shown::basic, "site:wiki", "user with basic", "pass 2"},
      {Shown::basic, "", "user with basic key", "pass 2"},
      {Shown::basic, "site:wiki", "user bob with basic", "forbidden 2"},
      {Shown::basic, "posts:read", "scope posts:read with basic", "pass 2"},
      {Shown::basic, "posts:read", "scope posts:read", "forbidden 2"},
      {Shown::basic, "", "anyone", "pass 2"},
  };
  for (const auto& row : rows) {
    const Visitor who = visitor(row.shown, row.scopes);
    EXPECT_EQ(say("/ * " + std::string(row.rule) + "\n", "/", &who), row.verdict) << row.rule << " " << row.scopes;
  }
}

// ---- the way back --------------------------------------------------------------------------------------------------

TEST(GuardPlaces, AreOnTheSiteAndNowhereElse) {
  const Reading reading =
      read_sites("site wiki https://wiki.example.com\n/ * user\nsite b https://b.example\n/ * user\n");
  for (const char* good : {"https://wiki.example.com/", "https://wiki.example.com/a?b=c&d"}) {
    EXPECT_TRUE(place_of(reading.sites, "wiki", good)) << good;
  }
  for (const char* bad :
       {"", "/", "https://wiki.example.com", "https://b.example/", "https://wiki.example.com.evil/",
        "https://wiki.example.com:8443/", "http://wiki.example.com/", "https://wiki.example.com@evil/",
        "https://wiki.example.com//evil", "https://wiki.example.com/\\evil", "https://wiki.example.com/\r\nX: y",
        "https://WIKI.example.com/", "javascript:alert(1)"}) {
    EXPECT_FALSE(place_of(reading.sites, "wiki", bad)) << bad;
  }
  EXPECT_FALSE(place_of(reading.sites, "nosuch", "https://wiki.example.com/"));
  EXPECT_FALSE(is_path("//evil.example"));
  EXPECT_FALSE(is_path("/\\evil.example"));
  EXPECT_FALSE(is_path("/a b"));
  EXPECT_TRUE(is_path("/a?b#"));
}

TEST(SiteScopes, AreNamedAndOnlyGrantedWhereAskedFor) {
  const auto most = access::ScopeSet::parse("posts:read site:wiki site:files");
  EXPECT_EQ(most.text(), "posts:read site:files site:wiki");
  EXPECT_EQ(access::grant(most, std::nullopt).text(), "posts:read");
  EXPECT_EQ(access::grant(most, "site:wiki site:other").text(), "site:wiki");
  EXPECT_EQ(
      access::grant(access::ScopeSet::parse("site:a site:b site:c site:d site:e"), "site:a site:b site:c site:d site:e")
          .text(),
      "site:a site:b site:c site:d");
  EXPECT_EQ(access::ScopeSet::parse("site: site:A site:-a site:a/b site:ünder").text(), "");
  EXPECT_TRUE(most.opens("wiki"));
  EXPECT_FALSE(most.opens("wik"));
  EXPECT_EQ(most.without(access::ScopeSet::parse("site:wiki")).text(), "posts:read site:files");
}

}  // namespace
}  // namespace gatehouse::guard
