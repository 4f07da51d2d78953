// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "command.h"

namespace gatehouse::tool {
namespace {

// A name that can stand between backticks as it is.
std::string checked_name(const std::string& name) {
  if (!std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '_' || c == '-'; })) {
    throw CommandError("the database's name may have letters, digits, '_' and '-' only");
  }
  return name;
}

}  // namespace

int migrate(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--migrations"});
  const config::Loaded loaded = load_config();
  const std::string directory = given.option("--migrations", loaded.settings.home + "/share/sql/migrations");

  db::Target target = admin_target(loaded.settings);
  const std::string name = checked_name(target.name);
  target.name.clear();
  db::Admin admin(target);
  if (admin.query("SHOW DATABASES LIKE " + db::Admin::quote(name)).empty()) {
    admin.run("CREATE DATABASE IF NOT EXISTS `" + name + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  }
  admin.run("USE `" + name + "`");
  const auto applied = db::migrate(admin, directory, SystemClock().now());
  for (const std::string& migration : applied) std::printf("applied %s\n", migration.c_str());
  if (applied.empty()) std::puts("the schema is up to date");
  return 0;
}

}  // namespace gatehouse::tool
