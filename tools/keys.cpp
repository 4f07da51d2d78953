// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "operator.h"

namespace gatehouse::tool {
namespace {

void print(const keys::KeyState& key) {
  std::printf("%s  %-5s  %-9s  signs from %s", key.kid.c_str(), key.algorithm.c_str(),
              std::string(keys::name_of(key.phase)).c_str(), to_rfc3339(key.signs_from).c_str());
  if (key.retires_at && key.phase != keys::Phase::revoked) {
    std::printf(", retires %s", to_rfc3339(*key.retires_at).c_str());
  }
  std::puts("");
}

void print(const Occasion& occasion, const std::string& kid) {
  for (const keys::KeyState& key : keys::list(occasion)) {
    if (key.kid == kid) print(key);
  }
}

}  // namespace

int key_rotate(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--if-needed"});
  const Operator by("gatehouse:key-rotate");
  if (given.option("--if-needed") && !keys::needs_rotation(by.occasion)) {
    std::puts("the newest signing key is what the configuration asks for");
    return 0;
  }
  const auto kid = keys::rotate(by.occasion);
  if (!kid) throw CommandError(kid.refusal().detail);
  print(by.occasion, *kid);
  return 0;
}

int key_list(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  const Operator by("gatehouse:key-list");
  const auto all = keys::list(by.occasion);
  if (all.empty()) std::puts("there is no signing key yet; run `gatehouse key rotate`");
  for (const keys::KeyState& key : all) print(key);
  return 0;
}

int key_revoke(std::span<const std::string> arguments) {
  const Arguments given(arguments, {});
  if (given.words().size() != 1) throw CommandError("name one key; `gatehouse key list` shows them");
  const Operator by("gatehouse:key-revoke");
  if (given.words()[0] == "all") {
    const auto kid = keys::replace_all(by.occasion);
    if (!kid) throw CommandError(kid.refusal().detail);
    std::puts("revoked; their tokens are dead within a second");
    print(by.occasion, *kid);
    return 0;
  }
  const auto revoked = keys::revoke(by.occasion, given.words()[0]);
  if (!revoked) throw CommandError(revoked.refusal().detail);
  std::puts("revoked; its tokens are dead within a second");
  if (!revoked->successor.empty()) print(by.occasion, revoked->successor);
  if (!revoked->missing.empty()) {
    throw CommandError("it was revoked, but no key was made in its place: " + revoked->missing +
                       "; then restart and run `gatehouse key rotate`, since without a key nobody can log in");
  }
  return 0;
}

}  // namespace gatehouse::tool
