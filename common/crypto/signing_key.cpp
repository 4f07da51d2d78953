// SPDX-License-Identifier: Apache-2.0
#include "crypto/bytes.h"
#include "crypto/hash.h"
#include "crypto/key.h"
#include "crypto/sign.h"

namespace gatehouse::crypto {
namespace {

constexpr std::size_t kRsaBits = 2048;
constexpr std::size_t kEd25519Bytes = 64;

Pkey new_key(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::es256: return Pkey(EVP_EC_gen("P-256"));
    case Algorithm::rs256: return Pkey(EVP_RSA_gen(kRsaBits));
    case Algorithm::eddsa: return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    case Algorithm::hs256: return nullptr;  // Its secret is the operator's.
  }
  return nullptr;
}

std::string sign_digest(const KeyMaterial& material, std::string_view message) {
  const Digest digest = sha256(message);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(material.key.get())), '\0');
  std::size_t size = signature.size();
  if (EVP_PKEY_sign(material.context.get(), bytes(signature), &size, digest.data(), digest.size()) != 1) {
    fail("signing failed");
  }
  signature.resize(size);
  return signature;
}

// RFC 7518, section 3.4: OpenSSL gives r and s in DER, JWS has them in 32 bytes each.
std::string sign_es256(const KeyMaterial& material, std::string_view message) {
  const std::string der = sign_digest(material, message);
  const unsigned char* start = bytes(der);
  const EcdsaSignature pair(d2i_ECDSA_SIG(nullptr, &start, static_cast<long>(der.size())));
  std::string signature(2 * kEs256Half, '\0');
  if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes(signature), kEs256Half) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes(signature) + kEs256Half, kEs256Half) < 0) {
    fail("signing failed");
  }
  return signature;
}

std::string sign_ed25519(EVP_PKEY* key, std::string_view message) {
  const MessageDigestContext context(EVP_MD_CTX_new());
  std::string signature(kEd25519Bytes, '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), bytes(signature), &size, bytes(message), message.size()) != 1) {
    fail("signing failed");
  }
  return signature;
}

}  // namespace

struct SigningKey::State : KeyMaterial {};

SigningKey::SigningKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::generate(Algorithm algorithm) {
  Pkey key = new_key(algorithm);
  if (!key) fail("no new key for " + std::string(name_of(algorithm)));
  return SigningKey(std::make_unique<State>(State{prepare(algorithm, std::move(key), EVP_PKEY_sign_init)}));
}

SigningKey SigningKey::from_private_der(Algorithm algorithm, const Secret& der) {
  const std::string_view text = der.reveal();
  const unsigned char* end = bytes(text);
  const Pkcs8 wrapped(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &end, static_cast<long>(text.size())));
  if (!wrapped || end != bytes(text) + text.size()) fail("not a private key in PKCS #8");
  Pkey key(EVP_PKCS82PKEY(wrapped.get()));
  if (!key) fail("not a private key in PKCS #8");
  return SigningKey(std::make_unique<State>(State{prepare(algorithm, std::move(key), EVP_PKEY_sign_init)}));
}

SigningKey SigningKey::from_hs256_secret(const Secret& secret) {
  return SigningKey(std::make_unique<State>(State{prepare_hs256(secret)}));
}

Algorithm SigningKey::algorithm() const { return state_->algorithm; }

std::string SigningKey::sign(std::string_view message) const {
  switch (state_->algorithm) {
    case Algorithm::es256: return sign_es256(*state_, message);
    case Algorithm::rs256: return sign_digest(*state_, message);
    case Algorithm::eddsa: return sign_ed25519(state_->key.get(), message);
    case Algorithm::hs256: return hmac_sha256(state_->secret, message);
  }
  bug("an algorithm that nobody signs with");
}

Secret SigningKey::private_der() const {
  if (!state_->key) return {};
  const Pkcs8 wrapped(EVP_PKEY2PKCS8(state_->key.get()));
  unsigned char* der = nullptr;
  const int size = wrapped ? i2d_PKCS8_PRIV_KEY_INFO(wrapped.get(), &der) : 0;
  if (size <= 0) fail("a private key that can't be written");
  Secret out({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return out;
}

std::string SigningKey::public_der() const { return state_->key ? public_der_of(state_->key.get()) : ""; }

}  // namespace gatehouse::crypto
