// SPDX-License-Identifier: Apache-2.0
#include "db/schema.h"
#include "support/world.h"

namespace gatehouse::test {
namespace {

// Puts back what concerns the whole server.
class HealthReady : public World {
 protected:
  ~HealthReady() override {
    admin.run("SET GLOBAL read_only = 0");
    admin.run("DELETE FROM gh_migrations WHERE version > " + std::to_string(db::kKnownSchema));
    admin.run("UPDATE gh_migrations SET version = " + std::to_string(db::kKnownSchema) + " WHERE version = 0");
  }
};

TEST_F(HealthReady, SaysHealthyWhileRequestsCanBeServed) {
  const Answer answer = get("health_ready");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"status":"healthy"})");
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(HealthReady, IsNotReadyWhileTheDatabaseIsAway) {
  set("DATABASE_URL", "mysql://nobody@localhost/nowhere?socket=/nowhere/sock");
  EXPECT_EQ(get("health_ready").status, 503);
  EXPECT_NE(head().log.find("2002"), std::string::npos) << head().log;
}

TEST_F(HealthReady, IsNotReadyWhileTheDatabaseTakesNoWrites) {
  sql("SET GLOBAL read_only = 1");
  const Answer answer = get("health_ready");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.detail(), "the database is read-only");
  sql("SET GLOBAL read_only = 0");
  EXPECT_EQ(get("health_ready").status, 200);
}

TEST_F(HealthReady, IsNotReadyOnASchemaTooOld) {
  sql("UPDATE gh_migrations SET version = 0 WHERE version = " + std::to_string(db::kKnownSchema));
  EXPECT_EQ(get("health_ready").status, 503);
}

TEST_F(HealthReady, IsReadyOnANewerSchemaThatOlderBuildsMayRead) {
  sql("INSERT INTO gh_migrations (version, name, oldest_reader, applied_at) VALUES (9998, 'newer', 0, 0)");
  EXPECT_EQ(get("health_ready").status, 200);
}

TEST_F(HealthReady, IsNotReadyOnceASchemaLeftThisBuildBehind) {
  sql("INSERT INTO gh_migrations (version, name, oldest_reader, applied_at) VALUES (9999, 'contract', 9999, 0)");
  EXPECT_EQ(get("health_ready").status, 503);
  EXPECT_NE(head().log.find("\"error\":"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::test
