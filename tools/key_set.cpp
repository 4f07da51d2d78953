// SPDX-License-Identifier: Apache-2.0
#include "key_set.h"

#include "command.h"
#include "files.h"

namespace gatehouse::tool {

json::Value read_key_set(const std::string& file) {
  auto parsed = json::parse(read_file(file), {.bytes = 1024 * 1024, .depth = 16});
  if (!parsed.value || !parsed.value->find("keys")) throw CommandError(file + ": not a JSON Web Key Set");
  return std::move(*parsed.value);
}

std::optional<crypto::VerifyingKey> verifying_key(const json::Value& jwk) {
  const auto algorithm = crypto::algorithm_named(jwk.string_of("alg"));
  if (!algorithm) return std::nullopt;
  std::vector<crypto::JwkMember> members;
  for (const json::Member& member : jwk.members) members.push_back({member.name, member.value.text});
  return crypto::VerifyingKey::from_jwk(*algorithm, members);
}

}  // namespace gatehouse::tool
