// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "support/commands.h"
#include "support/server.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

constexpr const char* kStolen = "Tr0ub4dor&3";
constexpr const char* kPhrase = "a passphrase that somebody lost";
constexpr const char* kWhy = "is known to people who collect passwords: it was found in what others lost";

// A list of two passwords, packed by the command from lines as Have I Been Pwned publishes them.
class Breached : public World {
 protected:
  Breached() {
    write_hashes({{kStolen, 90}, {kPhrase, 2}});
    EXPECT_EQ(build().status, 0);
    set("BREACH_LIST", list());
  }

  std::string hashes() const { return folder_.path() + "/hashes"; }
  std::string list() const { return folder_.path() + "/list"; }

  static std::string line(const std::string& password, int count) {
    std::string hex = to_hex(bytes_of(crypto::sha1(password)));
    std::transform(hex.begin(), hex.end(), hex.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
    return hex + ":" + std::to_string(count) + "\r\n";
  }
  void write_hashes(const std::vector<std::pair<std::string, int>>& passwords) const {
    std::vector<std::string> lines;
    for (const auto& [password, count] : passwords) lines.push_back(line(password, count));
    std::sort(lines.begin(), lines.end());
    std::ofstream out(hashes(), std::ios::binary);
    for (const std::string& each : lines) out << each;
  }
  Said build(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"breach", "build", hashes(), list()};
    words.insert(words.end(), more.begin(), more.end());
    return run_command(words);
  }
  static Said check(const std::string& typed, const std::vector<std::string>& words) {
    const std::istringstream in(typed);
    auto* const before = std::cin.rdbuf(in.rdbuf());
    std::vector<std::string> all{"breach", "check"};
    all.insert(all.end(), words.begin(), words.end());
    const Said said = run_command(all);
    std::cin.rdbuf(before);
    return said;
  }
  // Of the one field that was refused.
  static std::string message(const Answer& answer) {
    const json::Value* errors = answer.json.find("errors");
    return errors ? std::string(errors->items.at(0).string_of("message")) : answer.body;
  }
  Answer register_with(const std::string& password) {
    return post("users_register", json_object({{"email", "bob@example.com"}, {"password", password}}));
  }

  TemporaryFolder folder_;
};

TEST_F(Breached, NobodyRegistersWithAPasswordThatWasFoundElsewhere) {
  for (const char* password : {kStolen, kPhrase}) {
    const Answer answer = register_with(password);
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(message(answer), kWhy);
  }
  EXPECT_EQ(changes(), "nothing");
  EXPECT_EQ(register_with(std::string(kStolen) + "3").status, 201);
}

TEST_F(Breached, NobodyChangesToOne) {
  add_user();
  const Answer answer =
      post("auth_change_password",
           json_object({{"current_password", kPassword}, {"new_password", kStolen}}).bearing(access_token()));
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(message(answer), kWhy);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Breached, WhoHasOneAlreadyStillLogsIn) {
  set("BREACH_LIST", "");
  add_user({.password = kStolen});
  set("BREACH_LIST", list());
  EXPECT_EQ(post("auth_token", form({{"username", "ann"}, {"password", kStolen}})).status, 200);
}

TEST_F(Breached, WithoutItsListNobodyGetsAPassword) {
  std::filesystem::remove(list());
  EXPECT_EQ(register_with("Correct-Horse-1").status, 503);
  EXPECT_EQ(changes(), "nothing");
  EXPECT_NE(head().log.find(list() + ": can't be read"), std::string::npos);
}

TEST_F(Breached, AListThatTookThePlaceOfAnotherIsTakenUpWithoutARestart) {
  EXPECT_EQ(register_with("Correct-Horse-1").status, 201);
  write_hashes({{"Correct-Horse-2", 1}});
  EXPECT_EQ(build().status, 0);
  EXPECT_EQ(message(register_with("Correct-Horse-2")), kWhy);
}

TEST_F(Breached, TheCommandSaysWhatIsKnown) {
  EXPECT_EQ(check(std::string(kStolen) + "\n", {list()}).out, "known\n");
  EXPECT_EQ(check(std::string(kStolen) + "\n", {list()}).status, 1);
  EXPECT_EQ(check("Correct-Horse-1\n", {list()}).out, "not known\n");
  EXPECT_EQ(check("Correct-Horse-1\n", {}).err, "gatehouse breach check: there is no BREACH_LIST\n");
}

TEST_F(Breached, OnlyWhatWasFoundOftenIsTakenWhereOneSaysSo) {
  EXPECT_TRUE(build({"--least", "3"}).out.starts_with("1 hashes, "));
  EXPECT_EQ(check(kPhrase, {list()}).out, "not known\n");
  EXPECT_EQ(check(kStolen, {list()}).out, "known\n");
}

TEST_F(Breached, AFileThatIsNoneLeavesTheListAsItWas) {
  struct Case {
    std::string text, why;
    std::vector<std::string> options{};
  };
  const std::string a = line("a", 1);  // 86F7…
  const std::string b = line("b", 1);  // E9D7…
  for (const Case& each : {Case{b + a, ":2: comes before the line above it"},
                           {a + "5BAA\n", ":2: is no SHA-1"},
                           {a + a.substr(0, 40) + ":x\n", ":2: is no SHA-1"},
                           {a + "\n", ":2: is no SHA-1"},
                           {a.substr(0, 40) + "\n", ":1: says no count", {"--least", "2"}}}) {
    std::ofstream(hashes(), std::ios::binary) << each.text;
    const Said said = build(each.options);
    EXPECT_EQ(said.status, 1);
    EXPECT_NE(said.err.find(each.why), std::string::npos) << said.err;
    EXPECT_EQ(check(kStolen, {list()}).out, "known\n");
    EXPECT_FALSE(std::filesystem::exists(list() + ".new"));
  }
}

TEST_F(World, ARefusedPasswordIsToldHowStrongItIs) {
  const auto strength = [&](const std::string& password) {
    const Answer answer = post("users_register", json_object({{"email", "bob@example.com"}, {"password", password}}));
    EXPECT_EQ(answer.status, 422) << password;
    const json::Value* errors = answer.json.find("errors");
    return errors ? errors->items.at(0).find("strength")->integer().value_or(-1) : -1;
  };
  EXPECT_EQ(strength("password"), 0);
  EXPECT_EQ(strength("Password1"), 0);
  EXPECT_EQ(strength("bobbobbob"), 0) << "one's own name is the first guess";
  EXPECT_EQ(strength("correcthorse"), 2);
  EXPECT_EQ(strength("xkvqzrwp"), 4) << "refused for what it lacks, and still hard to guess";
}

}  // namespace
}  // namespace gatehouse::test
