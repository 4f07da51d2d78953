// SPDX-License-Identifier: Apache-2.0
#include "crypto/key.h"

#include <openssl/rsa.h>
#include <sodium.h>

#include <algorithm>

#include "crypto/bytes.h"
#include "crypto/sodium.h"

namespace gatehouse::crypto {
namespace {

constexpr std::string_view kNames[] = {"ES256", "RS256", "EdDSA", "HS256"};
constexpr int kSmallestRsaBits = 2048;         // RFC 7518, section 3.3
constexpr std::size_t kSmallestHs256Key = 32;  // RFC 7518, section 3.2

}  // namespace

std::string_view name_of(Algorithm algorithm) { return kNames[static_cast<std::size_t>(algorithm)]; }

std::optional<Algorithm> algorithm_named(std::string_view name) {
  const auto* const found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<Algorithm>(found - std::begin(kNames));
}

bool fits(Algorithm algorithm, const EVP_PKEY* key) {
  char curve[32] = "";
  switch (algorithm) {
    case Algorithm::es256:
      return EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, curve, sizeof curve, nullptr) == 1 &&
             std::string_view(curve) == "prime256v1";
    case Algorithm::rs256: return EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= kSmallestRsaBits;
    case Algorithm::eddsa: return EVP_PKEY_is_a(key, "ED25519");
    case Algorithm::hs256: return false;
  }
  return false;
}

KeyMaterial prepare(Algorithm algorithm, Pkey key, int (*begin)(EVP_PKEY_CTX*)) {
  if (!fits(algorithm, key.get())) fail("a key that is not one for " + std::string(name_of(algorithm)));
  // ES256 and RS256 work on a digest, in a context that is made ready once and may be used any number of times. Ed25519
  // reads its message twice, so there it has no such form.
  PkeyContext context;
  if (algorithm != Algorithm::eddsa) {
    context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    if (!context || begin(context.get()) != 1) fail("a key that can't be used");
  }
  if (algorithm == Algorithm::rs256 && (EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
                                        EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1)) {
    fail("an RSA key without PKCS #1 v1.5");
  }
  return {.algorithm = algorithm, .key = std::move(key), .context = std::move(context)};
}

KeyMaterial prepare_hs256(const Secret& secret) {
  if (secret.reveal().size() < kSmallestHs256Key) throw Failure("an HS256 key of less than 32 bytes");
  return {.algorithm = Algorithm::hs256, .secret = Secret(secret.reveal())};
}

std::string hmac_sha256(const Secret& secret, std::string_view message) {
  start_sodium();
  std::string code(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(secret.reveal()), secret.reveal().size());
  crypto_auth_hmacsha256_update(&state, bytes(message), message.size());
  crypto_auth_hmacsha256_final(&state, bytes(code));
  sodium_memzero(&state, sizeof state);
  return code;
}

std::string public_der_of(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) fail("a key without a public half");
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

}  // namespace gatehouse::crypto
