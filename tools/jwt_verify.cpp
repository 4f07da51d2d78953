// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "auth/tokens/jwt.h"
#include "base/text.h"
#include "command.h"
#include "key_set.h"

namespace gatehouse::tool {
namespace {

crypto::VerifyingKey find_key(const json::Value& key_set, std::string_view kid) {
  for (const json::Value& jwk : key_set.find("keys")->items) {
    if (jwk.string_of("kid") != kid) continue;
    auto key = verifying_key(jwk);
    if (!key) throw CommandError("the key " + std::string(kid) + " is of a kind that is not verified here");
    return std::move(*key);
  }
  throw CommandError("no key of the set signed it");
}

std::int64_t date_of(const json::Value& claims, const char* name) {
  const json::Value* claim = claims.find(name);
  const auto date = claim ? claim->integer() : std::nullopt;
  if (!date) throw CommandError(std::string("it has no ") + name);
  return *date;
}

void require(const Arguments& given, const char* option, const json::Value& claims, const char* claim) {
  const auto wanted = given.option(option);
  if (wanted && claims.string_of(claim) != *wanted) throw CommandError(std::string("its ") + claim + " is another");
}

}  // namespace

int jwt_verify(std::span<const std::string> arguments) {
  const Arguments given(arguments, {"--jwks", "--issuer", "--audience"});
  const json::Value key_set = read_key_set(given.required("--jwks"));
  const std::string input = read_standard_input();
  const auto jwt = tokens::parse_jwt(trim(input));
  if (!jwt) throw CommandError("not a JWT");
  if (!tokens::is_signed_by(*jwt, find_key(key_set, jwt->kid()))) throw CommandError("the signature is wrong");

  const std::int64_t now = to_unix_seconds(SystemClock().now());
  if (now >= date_of(jwt->claims, "exp")) throw CommandError("it has expired");
  if (now < date_of(jwt->claims, "nbf")) throw CommandError("it is not good yet");
  require(given, "--issuer", jwt->claims, "iss");
  require(given, "--audience", jwt->claims, "aud");
  json::Writer w;
  std::puts(w.value(jwt->claims).take().c_str());
  return 0;
}

}  // namespace gatehouse::tool
