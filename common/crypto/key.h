// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/openssl.h"
#include "crypto/sign.h"

namespace gatehouse::crypto {

inline constexpr std::size_t kEs256Half = 32;  // of r, and of s

// What a signing and a verifying key are both made of: an OpenSSL key and a context ready for use, or for HS256 a
// secret.
struct KeyMaterial {
  Algorithm algorithm;
  Pkey key{};
  PkeyContext context{};  // none for Ed25519
  Secret secret{};
};

bool fits(Algorithm algorithm, const EVP_PKEY* key);

// `begin` is EVP_PKEY_sign_init or EVP_PKEY_verify_init. Throws Failure when the key does not fit the algorithm.
KeyMaterial prepare(Algorithm algorithm, Pkey key, int (*begin)(EVP_PKEY_CTX*));

KeyMaterial prepare_hs256(const Secret& secret);
std::string hmac_sha256(const Secret& secret, std::string_view message);

// SubjectPublicKeyInfo.
std::string public_der_of(const EVP_PKEY* key);

}  // namespace gatehouse::crypto
