// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

using Health = World;

TEST_F(Health, AnswersWithoutTheDatabase) {
  set("DATABASE_URL", "mysql://nobody@localhost/nowhere?socket=/nowhere/sock");
  const Answer answer = get("health");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"status":"healthy"})");
  EXPECT_FALSE(head().process("health").database.connected());
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Health, LeavesNoLineInTheLogUnlessDebugging) {
  get("health");
  EXPECT_EQ(head().log, "");
  set("DEBUG", "on");
  get("health");
  EXPECT_NE(head().log, "");
}

}  // namespace
}  // namespace gatehouse::test
