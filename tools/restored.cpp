// SPDX-License-Identifier: Apache-2.0
#include "auth/restored/restored.h"

#include <cstdio>

#include "operator.h"

namespace gatehouse::tool {
namespace {

constexpr const char* kWarning =
    "This ends every session (everybody logs in again), revokes every signing key for a new one, and lets the ids of\n"
    "users begin a million further on, so that nobody gets the id of somebody who came after the backup.\n";

constexpr const char* kLimits =
    "What came after the backup is not known here, and is for you to look into: API keys that were revoked are good\n"
    "again (--api-keys end ends them all), passwords are the old ones, users and groups are as they were (who was\n"
    "deactivated or deleted is back, who was demoted is not), failed logins and locks are forgotten. Syslog has the\n"
    "audit trail and its seals, where AUDIT_PUSH is on.\n";

// Ids of users are never used again, also not those that the backup knows nothing of.
void skip_user_ids(const Settings& settings) {
  db::Admin admin(admin_target(settings));
  const auto next = admin.query(
      "SELECT 1000000 + GREATEST((SELECT COALESCE(MAX(id), 0) FROM gh_users), COALESCE((SELECT AUTO_INCREMENT"
      " FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'gh_users'), 0))");
  admin.run("ALTER TABLE gh_users AUTO_INCREMENT = " + next[0][0]);
}

}  // namespace

int restored_command(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--confirm", "--api-keys"});
  if (!given.words().empty()) throw CommandError("takes no words");
  const std::string wish = given.option("--api-keys", "stay");
  if (wish != "stay" && wish != "end") throw CommandError("--api-keys must be stay or end");
  if (given.option("--confirm", "no") != "yes") {
    std::printf("%s%sTo go on: gatehouse restored --confirm yes\n", kWarning, kLimits);
    return 1;
  }
  const Operator by("gatehouse:restored");
  skip_user_ids(by.process.settings);
  const auto done =
      restored::end_everything(by.occasion, wish == "end" ? restored::ApiKeys::end : restored::ApiKeys::stay);
  if (!done) refuse(done.refusal());
  std::printf("%s signs from now on, and every older key is revoked\nsessions ended: %lld\nAPI keys ended: %lld\n%s",
              done->kid.c_str(), static_cast<long long>(done->sessions), static_cast<long long>(done->api_keys),
              kLimits);
  return 0;
}

}  // namespace gatehouse::tool
