// SPDX-License-Identifier: Apache-2.0
#include "auth/master/master.h"

#include <cstdio>

#include "operator.h"

namespace gatehouse::tool {
namespace {

using master::Until;

Until until_of(const Arguments& given) {
  const std::string until = given.option("--until", "dropped");
  if (until == "added") return Until::added;
  if (until == "used") return Until::used;
  if (until == "resealed") return Until::resealed;
  if (until == "dropped") return Until::dropped;
  throw CommandError("--until must be added, used, resealed or dropped");
}

}  // namespace

int master_rotate(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--until"});
  if (!given.words().empty()) throw CommandError("takes no words");
  const Until until = until_of(given);
  const Operator by("gatehouse:master-rotate");
  master::rotate(by.occasion, until, [](const std::string& what) {
    std::puts(what.c_str());
    std::fflush(stdout);
  });
  return 0;
}

int master_list(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  if (!given.words().empty()) throw CommandError("takes no words");
  for (const keys::MasterKey& key : keys::read_master_keys(load_config().settings.master_key_file)) {
    const char* use = key.use == keys::MasterUse::seals ? "seals" : "only opens";
    std::printf("%s  %s\n", to_base64url(key.id).c_str(), use);
  }
  return 0;
}

}  // namespace gatehouse::tool
