// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "command.h"

namespace gatehouse::tool {
namespace {

const char* state_of(const keys::KeyState& key, Time now) {
  if (key.retires_at && now >= *key.retires_at) return "retired";
  if (now < key.signs_from) return "published";
  return key.signs ? "signs" : "verifies";
}

}  // namespace

int key_rotate(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--if-needed"});
  const config::Loaded loaded = load_config();
  db::Database database(admin_target(loaded.settings));
  const Time now = SystemClock().now();
  if (given.option("--if-needed") && !keys::needs_rotation(database, loaded.settings, now)) {
    std::puts("the signing key is of the algorithm that is configured");
    return 0;
  }
  crypto::SystemRandomness random;
  const std::string kid = keys::rotate(database, loaded.settings, random, now);
  std::printf("signing key %s, %s\n", kid.c_str(), loaded.settings.algorithm.c_str());
  return 0;
}

int key_list(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  const config::Loaded loaded = load_config();
  db::Database database(admin_target(loaded.settings));
  const Time now = SystemClock().now();
  for (const keys::KeyState& key : keys::list(database, now)) {
    std::printf("%s  %-5s  %-9s  signs from %s%s%s\n", key.kid.c_str(), key.algorithm.c_str(), state_of(key, now),
                to_rfc3339(key.signs_from).c_str(), key.retires_at ? ", retires " : "",
                key.retires_at ? to_rfc3339(*key.retires_at).c_str() : "");
  }
  return 0;
}

int key_revoke(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  if (given.words().size() != 1) throw CommandError("name one key; `gatehouse key list` shows them");
  const config::Loaded loaded = load_config();
  db::Database database(admin_target(loaded.settings));
  crypto::SystemRandomness random;
  const auto successor = keys::revoke(database, loaded.settings, random, SystemClock().now(), given.words()[0]);
  if (!successor) throw CommandError(successor.refusal().detail);
  std::printf("revoked; its tokens are dead within a second%s%s\n", successor->empty() ? "" : "; signing goes on with ",
              successor->c_str());
  return 0;
}

}  // namespace gatehouse::tool
