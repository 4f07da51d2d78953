// SPDX-License-Identifier: Apache-2.0
#include "crypto/hash.h"

#include <openssl/hmac.h>

#include <initializer_list>

#include "crypto/bytes.h"
#include "crypto/openssl.h"

namespace gatehouse::crypto {
namespace {

// Every bearer check takes a digest of a whole token. Fetching SHA-256 from its provider and making a context each time
// would cost half as much again as the digest itself, so both are made once.
Digest digest_of(std::initializer_list<std::string_view> parts) {
  static const MessageDigest sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  static const MessageDigestContext context(EVP_MD_CTX_new());
  Digest digest;
  bool done = EVP_DigestInit_ex2(context.get(), sha256.get(), nullptr) == 1;
  for (const std::string_view part : parts)
    done = done && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  if (!done || EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1) fail("SHA-256 failed");
  return digest;
}

}  // namespace

Digest sha256(std::string_view bytes) { return digest_of({bytes}); }

Digest labelled_sha256(std::string_view label, std::string_view value) {
  return digest_of({label, std::string_view("\0", 1), value});
}

Sha1Digest sha1(std::string_view bytes) {
  static const MessageDigest sha1(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  Sha1Digest digest;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, sha1.get(), nullptr) != 1) fail("SHA-1 failed");
  return digest;
}

std::array<unsigned char, 20> hmac_sha1(std::string_view key, std::string_view message) {
  std::array<unsigned char, 20> digest;
  unsigned size = 0;
  const auto* done =
      HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), bytes(message), message.size(), digest.data(), &size);
  if (!done || size != digest.size()) fail("HMAC-SHA-1 failed");
  return digest;
}

struct Hasher::State {
  MessageDigestContext context{EVP_MD_CTX_new()};
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  if (EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1) fail("SHA-256 failed");
}
Hasher::~Hasher() = default;

void Hasher::add(std::string_view bytes) {
  if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) fail("SHA-256 failed");
}

Digest Hasher::finish() {
  Digest digest;
  if (EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr) != 1) fail("SHA-256 failed");
  return digest;
}

}  // namespace gatehouse::crypto
