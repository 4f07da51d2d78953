// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace gatehouse::crypto {

enum class Algorithm { es256, rs256, eddsa, hs256 };

std::string_view name_of(Algorithm algorithm);                    // as JWA spells it: "ES256"
std::optional<Algorithm> algorithm_named(std::string_view name);  // exact

// A member of a public JWK (RFC 7517, 7518, 8037), base64url where the RFC says so: {"kty","EC"}, {"x","…"} …
struct JwkMember {
  std::string name;
  std::string value;
};

// A key that can verify. The algorithm belongs to the key: what a token's header says never chooses it.
class VerifyingKey {
 public:
  // `der`: SubjectPublicKeyInfo, and of the kind and size the algorithm wants (P-256, RSA of at least 2048 bits,
  // Ed25519); otherwise Failure.
  static VerifyingKey from_public_der(Algorithm algorithm, std::string_view der);
  static VerifyingKey from_hs256_secret(const Secret& secret);
  // A public JWK, as other programs publish it; nullopt when it is none that we verify with.
  static std::optional<VerifyingKey> from_jwk(Algorithm algorithm, const std::vector<JwkMember>& members);

  VerifyingKey(VerifyingKey&&) noexcept;
  VerifyingKey& operator=(VerifyingKey&&) noexcept;
  ~VerifyingKey();

  Algorithm algorithm() const;
  // `signature` is in the JWS form: for ES256 r and s, 32 bytes each. Never throws on bad input.
  bool verify(std::string_view message, std::string_view signature) const;
  // Empty for HS256: there is no public half.
  std::vector<JwkMember> jwk() const;

 private:
  struct State;
  explicit VerifyingKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A key that can sign; it exists in minting executables only.
class SigningKey {
 public:
  static SigningKey generate(Algorithm algorithm);  // es256, rs256 (2048 bits), eddsa
  // PKCS#8, and of the kind and size the algorithm wants; otherwise Failure.
  static SigningKey from_private_der(Algorithm algorithm, const Secret& der);
  // At least 32 bytes; otherwise Failure.
  static SigningKey from_hs256_secret(const Secret& secret);

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  Algorithm algorithm() const;
  std::string sign(std::string_view message) const;  // in the JWS form
  Secret private_der() const;                        // PKCS#8; empty for HS256
  std::string public_der() const;                    // SubjectPublicKeyInfo; empty for HS256

 private:
  struct State;
  explicit SigningKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gatehouse::crypto
