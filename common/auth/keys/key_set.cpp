// SPDX-License-Identifier: Apache-2.0
#include "auth/keys/key_set.h"

#include <set>

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

std::string server_metadata(const Occasion& occasion) {
  const Settings& settings = occasion.settings();
  json::Writer w;
  w.begin_object();
  w.key("issuer").string(settings.issuer);
  w.key("jwks_uri").string(settings.public_url + "/.well-known/jwks.json");
  w.key("response_types_supported").begin_array().end_array();
  w.key("grant_types_supported").begin_array().end_array();
  w.key("revocation_endpoint").string(settings.public_url + "/api/v1/auth/revoke");
  w.key("access_token_signing_alg_values_supported").begin_array();
  std::set<std::string_view> names;
  for (const PublicKey& key : occasion.process.keyring.published(occasion.database(), occasion.now)) {
    names.insert(crypto::name_of(key.key.algorithm()));
  }
  for (const std::string_view name : names) w.string(name);
  w.end_array().end_object();
  return w.take();
}

}  // namespace gatehouse::keys
