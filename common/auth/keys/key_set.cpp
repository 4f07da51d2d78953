// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/key_set.h"

#include "json/json.h"

namespace gatehouse::keys {

std::string key_set(const Occasion& occasion) {
  json::Writer w;
  w.begin_object().key("keys").begin_array();
  for (const PublicKey& key : occasion.process.keyring.published(occasion.database(), occasion.now)) {
    const auto members = key.key.jwk();
    if (members.empty()) continue;  // HS256: the only key is a secret
    w.begin_object();
    w.key("kid").string(key.kid);
    w.key("use").string("sig");
    w.key("alg").string(crypto::name_of(key.key.algorithm()));
    for (const crypto::JwkMember& member : members) w.key(member.name).string(member.value);
    w.end_object();
  }
  w.end_array().end_object();
  return w.take();
}

}  // namespace gatehouse::keys
