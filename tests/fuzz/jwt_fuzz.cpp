// SPDX-License-Identifier: Apache-2.0
#include "auth/tokens/jwt.h"
#include "harness.h"

namespace {

using namespace gatehouse;

const Secret kSecret("a key of the fuzzer's own, 32 bytes and more");

}  // namespace

// Nothing that parses is signed by a key that never signed it, and its parts are objects.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto jwt = tokens::parse_jwt(as_text(data, size));
  if (!jwt) return 0;
  must(jwt->header.is(json::Kind::object) && jwt->claims.is(json::Kind::object));
  must(!jwt->header.find("crit"));
  static const auto key = crypto::VerifyingKey::from_hs256_secret(kSecret);
  must(!tokens::is_signed_by(*jwt, key));
  return 0;
}
