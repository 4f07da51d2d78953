// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "base/text.h"
#include "command.h"
#include "descriptions.h"

namespace gatehouse::tool {
namespace {

struct Schema {
  std::int64_t version = 0;
  std::int64_t oldest_reader = 0;  // what an executable must know to go on serving
};

Schema read_schema() {
  db::Admin admin(admin_target(load_config().settings));
  const auto rows = admin.query("SELECT MAX(version), COALESCE(MAX(oldest_reader), 0) FROM gh_migrations");
  return {.version = parse_integer(rows.at(0).at(0)).value_or(0),
          .oldest_reader = parse_integer(rows.at(0).at(1)).value_or(0)};
}

// Whether it can serve on this schema; says why where it can't.
bool fits(const std::string& executable, const Schema& schema) {
  for (const json::Value& description : descriptions_of(executable)) {
    const json::Value* range = description.find("schema");
    if (!range) throw CommandError(executable + ": does not say which schema it needs");
    const std::int64_t needs = integer_of(*range, "needs");
    const std::int64_t knows = integer_of(*range, "knows");
    if (needs > schema.version) {
      std::fprintf(stderr, "%s needs schema %lld: run `gatehouse migrate` first\n", executable.c_str(),
                   static_cast<long long>(needs));
      return false;
    }
    if (knows < schema.oldest_reader) {
      std::fprintf(stderr, "%s knows schema %lld: too old for what this database has become\n", executable.c_str(),
                   static_cast<long long>(knows));
      return false;
    }
  }
  return true;
}

}  // namespace

int schema(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  const Schema live = read_schema();
  std::printf("schema %lld, for executables that know %lld\n", static_cast<long long>(live.version),
              static_cast<long long>(live.oldest_reader));
  bool all = true;
  for (const std::string& executable : given.words()) all = fits(executable, live) && all;
  return all ? 0 : 1;
}

}  // namespace gatehouse::tool
