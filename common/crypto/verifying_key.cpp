// SPDX-License-Identifier: Apache-2.0
#include "crypto/bytes.h"
#include "crypto/hash.h"
#include "crypto/jwk.h"
#include "crypto/key.h"
#include "crypto/sign.h"

namespace gatehouse::crypto {
namespace {

bool verify_digest(EVP_PKEY_CTX* context, std::string_view message, std::string_view signature) {
  const Digest digest = sha256(message);
  return EVP_PKEY_verify(context, bytes(signature), signature.size(), digest.data(), digest.size()) == 1;
}

// RFC 7518, section 3.4: JWS has r and s in 32 bytes each, OpenSSL wants them in DER.
bool verify_es256(EVP_PKEY_CTX* context, std::string_view message, std::string_view signature) {
  if (signature.size() != 2 * kEs256Half) return false;
  const EcdsaSignature pair(ECDSA_SIG_new());
  BigNumber r(BN_bin2bn(bytes(signature), kEs256Half, nullptr));
  BigNumber s(BN_bin2bn(bytes(signature) + kEs256Half, kEs256Half, nullptr));
  if (ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return false;
  r.release();  // The pair owns them now.
  s.release();
  std::string der(2 * kEs256Half + 8, '\0');
  unsigned char* end = bytes(der);
  der.resize(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), &end)));
  return verify_digest(context, message, der);
}

bool verify_ed25519(EVP_PKEY* key, std::string_view message, std::string_view signature) {
  const MessageDigestContext context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
}

bool is_signature(const KeyMaterial& material, std::string_view message, std::string_view signature) {
  switch (material.algorithm) {
    case Algorithm::es256: return verify_es256(material.context.get(), message, signature);
    case Algorithm::rs256: return verify_digest(material.context.get(), message, signature);
    case Algorithm::eddsa: return verify_ed25519(material.key.get(), message, signature);
    case Algorithm::hs256: return equal_in_constant_time(hmac_sha256(material.secret, message), signature);
  }
  return false;
}

}  // namespace

struct VerifyingKey::State : KeyMaterial {};

VerifyingKey::VerifyingKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
VerifyingKey::VerifyingKey(VerifyingKey&&) noexcept = default;
VerifyingKey& VerifyingKey::operator=(VerifyingKey&&) noexcept = default;
VerifyingKey::~VerifyingKey() = default;

VerifyingKey VerifyingKey::from_public_der(Algorithm algorithm, std::string_view der) {
  const unsigned char* end = bytes(der);
  Pkey key(d2i_PUBKEY(nullptr, &end, static_cast<long>(der.size())));
  if (!key || end != bytes(der) + der.size()) fail("not a public key in DER");
  return VerifyingKey(std::make_unique<State>(State{prepare(algorithm, std::move(key), EVP_PKEY_verify_init)}));
}

VerifyingKey VerifyingKey::from_hs256_secret(const Secret& secret) {
  return VerifyingKey(std::make_unique<State>(State{prepare_hs256(secret)}));
}

std::optional<VerifyingKey> VerifyingKey::from_jwk(Algorithm algorithm, const std::vector<JwkMember>& members) {
  Pkey key = key_of(algorithm, members);
  if (!key || !fits(algorithm, key.get())) {
    ERR_clear_error();  // See fail().
    return std::nullopt;
  }
  return VerifyingKey(std::make_unique<State>(State{prepare(algorithm, std::move(key), EVP_PKEY_verify_init)}));
}

Algorithm VerifyingKey::algorithm() const { return state_->algorithm; }

bool VerifyingKey::verify(std::string_view message, std::string_view signature) const {
  const bool good = is_signature(*state_, message, signature);
  if (!good) ERR_clear_error();  // See fail().
  return good;
}

std::vector<JwkMember> VerifyingKey::jwk() const { return jwk_of(state_->algorithm, state_->key.get()); }

}  // namespace gatehouse::crypto
