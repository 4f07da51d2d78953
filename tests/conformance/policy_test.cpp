// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <set>

#include "conformance/conformance.h"

namespace gatehouse::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSource = GATEHOUSE_SOURCE;

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const ListedEndpoint& listed : all_endpoints()) {
    // A guard has no operations; tests/handlers/guard_test.cpp is about it.
    if (!listed.endpoint->guard()) names.push_back(listed.endpoint->name());
  }
  return names;
}

TEST_P(Conformance, HasOneNameEverywhere) {
  const std::string name = GetParam();
  std::string file;
  for (const ListedEndpoint& listed : all_endpoints()) {
    if (listed.endpoint == &endpoint()) file = listed.file;
  }
  std::string symbol = file;
  std::replace(symbol.begin(), symbol.end(), '/', '_');
  EXPECT_EQ(symbol, name) << "the file's name and the route's";
  EXPECT_LE(name.size(), 28U);
  for (const std::string& part :
       {"/handlers/" + file + ".cpp", "/sql/grants/" + name + ".sql", "/tests/handlers/" + name + "_test.cpp",
        "/tests/golden/statements/" + name + ".txt"}) {
    EXPECT_TRUE(fs::exists(kSource + part)) << part;
  }
}

TEST_P(Conformance, ThePolicyIsComplete) {
  EXPECT_TRUE(endpoint().route().starts_with('/'));
  EXPECT_TRUE(endpoint().route() == "/" || !endpoint().route().ends_with('/'));
  std::set<http::Method> methods;
  for (const Operation& operation : endpoint().operations()) {
    const Policy& policy = operation.policy();
    EXPECT_TRUE(methods.insert(policy.method).second) << "a method stands twice";
    EXPECT_NE(policy.method, http::Method::Head) << "HEAD is GET";
    EXPECT_TRUE(std::string_view(policy.promise).ends_with('.')) << policy.promise;
    EXPECT_NE(policy.limit, Limit::refresh) << "an address is no session";
    EXPECT_EQ(policy.hosts, endpoint().hosts()) << "the name is checked before the method is known";
    EXPECT_GT(policy.answers.size(), 0U);
    for (const gatehouse::Answer& answer : policy.answers) EXPECT_TRUE(answer.status >= 200 && answer.status < 400);
    const bool anonymous = !policy.access.needs_somebody();
    EXPECT_EQ(anonymous, policy.access.why()[0] != '\0') << "anybody, because …";
    EXPECT_TRUE(policy.access.fresh_login() == minutes(0) || !policy.access.takes_keys()) << "a key never logs in";
    EXPECT_TRUE(!anonymous || policy.access.scopes().empty()) << "a scope of nobody";
    EXPECT_EQ(policy.offered, endpoint().offered()) << "a URL is an example, or it is not";
    const bool reads = policy.method == http::Method::Get;
    // What is only offered opens nothing before it is confirmed, which is.
    const bool offers = GetParam() == "auth_totp_enroll";
    EXPECT_TRUE(reads || offers || policy.audits.size() > 0) << "what changes something is on record";
    EXPECT_TRUE(reads || policy.cacheable == seconds(0));
    EXPECT_TRUE(!reads || policy.accepts == Accepts::nothing) << "GET has no body";
    EXPECT_TRUE(policy.access.kind() == Access::Kind::anonymous || policy.cacheable == seconds(0))
        << "what only one may see is nobody's to cache";
  }
}

TEST_P(Conformance, EveryFieldIsBoundedAndExplained) {
  for (const Operation& operation : endpoint().operations()) {
    std::set<std::string> seen;
    for (const http::InputField& field : operation.fields()) {
      EXPECT_TRUE(seen.insert(field.name).second) << field.name << " is read twice";
      const bool is_text = field.type == http::FieldType::text || field.type == http::FieldType::words;
      EXPECT_TRUE(!is_text || field.rule.most > 0) << field.name;
      EXPECT_LE(field.rule.least, field.rule.most) << field.name;
      EXPECT_LE(field.integer.least, field.integer.most) << field.name;
      EXPECT_NE(std::string_view(field.rule.meaning), "") << field.name;
    }
  }
}

TEST_P(Conformance, DescribesItself) {
  const auto parsed = json::parse(describe(endpoint()));
  ASSERT_TRUE(parsed.value) << parsed.error;
  EXPECT_EQ(parsed.value->string_of("name"), GetParam());
  EXPECT_EQ(parsed.value->string_of("route"), endpoint().route());
  const auto& operations = parsed.value->find("operations")->items;
  ASSERT_EQ(operations.size(), endpoint().operations().size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& operation = endpoint().operations()[i];
    EXPECT_EQ(operations[i].string_of("method"), http::name_of(operation.policy().method));
    EXPECT_EQ(operations[i].find("input")->items.size(), operation.fields().size());
    EXPECT_EQ(operations[i].find("answers")->items.size(), operation.policy().answers.size());
    EXPECT_EQ(operations[i].find("audits")->items.size(), operation.policy().audits.size());
  }
}

TEST(ConformanceOfTheTree, EveryGrantsFileAndGoldenListHasItsEndpoint) {
  auto known = names();
  // A guard, commands with accounts of their own, and dispatch itself.
  known.insert(known.end(), {"guard", "sweep", "audit_seal", "mail", "rates"});
  for (const char* folder : {"/sql/grants", "/tests/golden/statements"}) {
    for (const auto& entry : fs::directory_iterator(std::string(kSource) + folder)) {
      const fs::path& file = entry.path();
      if (file.extension() != ".sql" && file.extension() != ".txt") continue;
      EXPECT_NE(std::find(known.begin(), known.end(), file.stem().string()), known.end()) << file;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryEndpoint, Conformance, testing::ValuesIn(names()),
                         [](const auto& endpoint) { return endpoint.param; });

}  // namespace
}  // namespace gatehouse::test
