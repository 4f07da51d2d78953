// SPDX-License-Identifier: Apache-2.0
#include "crypto/seal.h"

#include <sodium.h>

#include "base/encoding.h"
#include "base/failure.h"
#include "crypto/bytes.h"
#include "crypto/hash.h"
#include "crypto/sodium.h"

namespace gatehouse::crypto {
namespace {

// A box: version, nonce, ciphertext with its tag. What is left of the nonce beside the key's id is long enough to be
// drawn at random for ever.
constexpr char kVersion = 1;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHeaderBytes = 1 + kNonceBytes;
static_assert(kMasterKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

void check_size(const Secret& master_key) {
  if (master_key.reveal().size() != kMasterKeyBytes) bug("a master key that parse_master_key did not make");
}

// Takes the value over; no copy of it stays behind.
Secret secret_of(std::string&& plain) {
  Secret secret(plain);
  sodium_memzero(plain.data(), plain.size());
  return secret;
}

}  // namespace

std::string seal(const Secret& master_key, std::string_view context, const Secret& plain, Randomness& random) {
  start_sodium();
  check_size(master_key);
  const std::string_view text = plain.reveal();
  std::string box(kHeaderBytes + text.size() + kTagBytes, kVersion);
  box.replace(1, kMasterKeyIdBytes, master_key_id(master_key));
  random.fill({bytes(box) + 1 + kMasterKeyIdBytes, kNonceBytes - kMasterKeyIdBytes});
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(box) + kHeaderBytes, nullptr, bytes(text), text.size(),
                                             bytes(context), context.size(), nullptr, bytes(box) + 1,
                                             bytes(master_key.reveal()));
  return box;
}

std::optional<Secret> unseal(const Secret& master_key, std::string_view context, std::string_view box) {
  start_sodium();
  check_size(master_key);
  if (box.size() < kHeaderBytes + kTagBytes || box.front() != kVersion) return std::nullopt;
  const std::string_view sealed = box.substr(kHeaderBytes);
  std::string plain(sealed.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(plain), nullptr, nullptr, bytes(sealed), sealed.size(),
                                                 bytes(context), context.size(), bytes(box) + 1,
                                                 bytes(master_key.reveal())) != 0) {
    return std::nullopt;
  }
  return secret_of(std::move(plain));
}

std::string master_key_id(const Secret& master_key) {
  return std::string(bytes_of(labelled_sha256("master key id", master_key.reveal())).substr(0, kMasterKeyIdBytes));
}

std::string_view named_master_key(std::string_view box) {
  return box.size() < kHeaderBytes ? std::string_view() : box.substr(1, kMasterKeyIdBytes);
}

Secret parse_master_key(const Secret& text) {
  auto key = from_base64url(text.reveal());
  if (!key || key->size() != kMasterKeyBytes) throw Misconfigured("the master key must be 32 bytes in base64url");
  return secret_of(std::move(*key));
}

}  // namespace gatehouse::crypto
