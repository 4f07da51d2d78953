// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include "support/world.h"

namespace gatehouse::test {
namespace {

class Openapi : public World {
 protected:
  ~Openapi() override { std::filesystem::remove(file_); }
  void publish(const std::string& text) { std::ofstream(file_) << text; }

 private:
  std::string file_ = installation().folder.path() + "/openapi.json";
};

TEST_F(Openapi, AnswersTheDescriptionAsItWasWritten) {
  const std::string text = R"({"openapi":"3.1.0"})";
  publish(text);
  const Answer answer = get("openapi");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(answer.body, text);
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Openapi, ARedeployShowsAtOnce) {
  publish("{}");
  EXPECT_EQ(get("openapi").body, "{}");
  publish("{\"a\":1}");
  EXPECT_EQ(get("openapi").body, "{\"a\":1}");
}

TEST_F(Openapi, IsCacheableForAMinute) {
  publish("{}");
  EXPECT_EQ(get("openapi").header("Cache-Control"), "public, max-age=60");
}

TEST_F(Openapi, AnInstallationWithoutADescriptionSaysSo) {
  const Answer answer = get("openapi");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
}

TEST_F(Openapi, NeedsNoDatabase) {
  set("DATABASE_URL", "mysql://nobody@localhost/nowhere?socket=/nowhere/sock");
  publish("{}");
  EXPECT_EQ(get("openapi").status, 200);
}

}  // namespace
}  // namespace gatehouse::test
