// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

using HealthLive = World;

TEST_F(HealthLive, AnswersWithoutTheDatabase) {
  set("DATABASE_URL", "mysql://nobody@localhost/nowhere?socket=/nowhere/sock");
  const Answer answer = get("health_live");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"status":"healthy"})");
  EXPECT_FALSE(head().process("health_live").database.connected());
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
