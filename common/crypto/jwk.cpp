// SPDX-License-Identifier: Apache-2.0
#include "crypto/jwk.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <optional>

#include "base/encoding.h"
#include "crypto/bytes.h"

namespace gatehouse::crypto {
namespace {

constexpr std::size_t kCoordinateBytes = 32;  // of P-256, and of an Ed25519 key

using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;

// An unsigned integer of the key, in `size` bytes or, given none, in as many as it needs.
std::string number(const EVP_PKEY* key, const char* parameter, std::size_t size = 0) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, parameter, &raw) != 1) fail("a public key without its numbers");
  const BigNumber value(raw);
  std::string out(size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
  if (BN_bn2binpad(raw, bytes(out), static_cast<int>(out.size())) < 0) fail("a public key with too large a number");
  return to_base64url(out);
}

std::string raw_public_key(const EVP_PKEY* key) {
  std::string out(kCoordinateBytes, '\0');
  std::size_t size = out.size();
  if (EVP_PKEY_get_raw_public_key(key, bytes(out), &size) != 1 || size != out.size()) fail("no raw public key");
  return to_base64url(out);
}

std::optional<std::string_view> find(const std::vector<JwkMember>& members, std::string_view name) {
  const auto found = std::find_if(members.begin(), members.end(), [&](const JwkMember& m) { return m.name == name; });
  if (found == members.end()) return std::nullopt;
  return found->value;
}

bool has(const std::vector<JwkMember>& members, std::string_view name, std::string_view value) {
  return find(members, name) == value;
}

bool has_no_other(const std::vector<JwkMember>& members, std::string_view name, std::string_view value) {
  return !find(members, name) || has(members, name, value);
}

std::string decoded(const std::vector<JwkMember>& members, std::string_view name) {
  const auto text = find(members, name);
  return text ? from_base64url(*text).value_or("") : "";
}

Pkey key_from(const char* kind, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return Pkey(key);
}

Pkey ec_key(const std::vector<JwkMember>& members) {
  const std::string x = decoded(members, "x");
  const std::string y = decoded(members, "y");
  if (!has(members, "kty", "EC") || !has(members, "crv", "P-256")) return nullptr;
  if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes) return nullptr;
  const std::string point = "\x04" + x + y;  // SEC 1, section 2.3.3: not compressed
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  return key_from("EC", builder.get());
}

Pkey rsa_key(const std::vector<JwkMember>& members) {
  const std::string n = decoded(members, "n");
  const std::string e = decoded(members, "e");
  if (!has(members, "kty", "RSA") || n.empty() || e.empty()) return nullptr;
  const BigNumber modulus(BN_bin2bn(bytes(n), static_cast<int>(n.size()), nullptr));
  const BigNumber exponent(BN_bin2bn(bytes(e), static_cast<int>(e.size()), nullptr));
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  return key_from("RSA", builder.get());
}

Pkey ed25519_key(const std::vector<JwkMember>& members) {
  const std::string x = decoded(members, "x");
  if (!has(members, "kty", "OKP") || !has(members, "crv", "Ed25519") || x.size() != kCoordinateBytes) return nullptr;
  return Pkey(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes(x), x.size()));
}

}  // namespace

std::vector<JwkMember> jwk_of(Algorithm algorithm, const EVP_PKEY* key) {
  switch (algorithm) {
    case Algorithm::es256:
      return {{"kty", "EC"},
              {"crv", "P-256"},
              {"x", number(key, OSSL_PKEY_PARAM_EC_PUB_X, kCoordinateBytes)},
              {"y", number(key, OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinateBytes)}};
    case Algorithm::rs256:
      return {{"kty", "RSA"}, {"n", number(key, OSSL_PKEY_PARAM_RSA_N)}, {"e", number(key, OSSL_PKEY_PARAM_RSA_E)}};
    case Algorithm::eddsa: return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", raw_public_key(key)}};
    case Algorithm::hs256: return {};
  }
  return {};
}

Pkey key_of(Algorithm algorithm, const std::vector<JwkMember>& members) {
  // A key that says what it is for (RFC 7517, sections 4.2 and 4.4) is used for nothing else.
  if (!has_no_other(members, "alg", name_of(algorithm)) || !has_no_other(members, "use", "sig")) return nullptr;
  switch (algorithm) {
    case Algorithm::es256: return ec_key(members);
    case Algorithm::rs256: return rsa_key(members);
    case Algorithm::eddsa: return ed25519_key(members);
    case Algorithm::hs256: return nullptr;  // A public JWK is no secret.
  }
  return nullptr;
}

}  // namespace gatehouse::crypto
