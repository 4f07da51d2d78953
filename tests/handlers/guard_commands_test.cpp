// SPDX-License-Identifier: Apache-2.0
#include "support/commands.h"
#include "support/guard_world.h"

namespace gatehouse::test {
namespace {

class GuardCommands : public GuardWorld {
 protected:
  GuardCommands() {
    add_user();
    sql("INSERT INTO gh_groups VALUES (1, REPEAT('g', 16), 'devs', 0)");
  }
  static Said check(const std::string& rules) {
    write_rules(rules);
    return run_command({"guard", "check"});
  }
  // Its first line.
  static std::string test(std::vector<std::string> words) {
    words.insert(words.begin(), {"guard", "test"});
    const Said said = run_command(words);
    const std::string text = said.out.empty() ? "refused: " + said.err.substr(said.err.find(": ") + 2) : said.out;
    return std::to_string(said.status) + " " + text.substr(0, text.find('\n'));
  }
};

TEST_F(GuardCommands, CheckSaysWhatIsWrongLineByLine) {
  const Said said = check("site wiki https://wiki.example.com\n/a/ * user\n/b * users\n");
  EXPECT_EQ(said.status, 1);
  EXPECT_NE(said.err.find("guard.rules:2: '/a/' is no path"), std::string::npos) << said.err;
  EXPECT_NE(said.err.find("guard.rules:3: 'users' is nobody"), std::string::npos) << said.err;
  EXPECT_EQ(run_command({"guard", "check", "/nonexistent/rules"}).status, 1);
}

TEST_F(GuardCommands, CheckWarnsOfAnOpenDoorAndOfNamesThatAreNotThere) {
  const Said said =
      check("site wiki https://wiki.example.com\n/a * group nosuch\n/b * role nosuch\n/c * user\n/d * group devs\n");
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_NE(said.err.find("guard.rules:2: warning: there is no group nosuch"), std::string::npos) << said.err;
  EXPECT_NE(said.err.find("guard.rules:3: warning: there is no role nosuch"), std::string::npos) << said.err;
  EXPECT_NE(said.err.find("guard.rules:4: warning: REGISTRATION is open"), std::string::npos) << said.err;
  EXPECT_EQ(said.err.find("devs"), std::string::npos) << said.err;
  EXPECT_NE(said.out.find("wiki: 4 rules, at https://wiki.example.com"), std::string::npos) << said.out;
  Config closed = basic_config();
  closed["REGISTRATION"] = "closed";
  EXPECT_EQ(run_command({"guard", "check"}, closed).err.find("REGISTRATION"), std::string::npos);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(GuardCommands, TestSaysWhichRuleDecidesAndWhy) {
  const std::string wiki = "https://wiki.example.com";
  EXPECT_EQ(test({"GET", wiki + "/public/a"}), "0 pass: no name is asked for");
  EXPECT_EQ(test({"GET", wiki + "/pages"}), "1 sign in first (401, or the sign-in page): nobody is known");
  EXPECT_EQ(test({"GET", wiki + "/pages", "--user", "ann"}), "0 pass: the rule names them");
  EXPECT_EQ(test({"GET", wiki + "/mods", "--user", "ann@example.com"}), "1 forbidden (403): the rule names others");
  EXPECT_EQ(test({"GET", wiki + "/pages", "--user", "ann", "--with", "key"}),
            "1 forbidden (403): needs scope site:wiki");
  EXPECT_EQ(test({"GET", wiki + "/posts", "--user", "ann", "--with", "token"}), "0 pass: the rule names them");
  EXPECT_EQ(test({"GET", wiki + "/posts", "--user", "ann", "--with", "token", "--scopes", "profile:read"}),
            "1 forbidden (403): needs scope site:wiki");
  EXPECT_EQ(test({"GET", wiki + "/office", "--address", "10.2.3.4"}), "0 pass: no name is asked for");
  EXPECT_EQ(test({"GET", wiki + "/nothing"}), "1 forbidden (403): no rule covers it");
  EXPECT_EQ(test({"GET", wiki + "/a%2fb"}), "1 forbidden (403): the URL could be read in two ways");
  EXPECT_EQ(test({"GET", "https://elsewhere.example.com/"}).substr(0, 10), "1 refused:");
  EXPECT_EQ(test({"GET", wiki + "/pages", "--user", "nobody"}).substr(0, 10), "1 refused:");
  const Said said = run_command({"guard", "test", "GET", wiki + "/devs", "--user", "ann"});
  EXPECT_NE(said.out.find("guard.rules:9: /devs    *    group devs"), std::string::npos) << said.out;
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
