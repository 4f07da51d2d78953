// SPDX-License-Identifier: Apache-2.0
#include "crypto/box.h"

#include <sodium.h>

#include "base/failure.h"
#include "crypto/bytes.h"
#include "crypto/sodium.h"

namespace gatehouse::crypto {
namespace {

constexpr std::size_t kHalfBytes = 32;
static_assert(kHalfBytes == crypto_box_PUBLICKEYBYTES && kHalfBytes == crypto_box_SECRETKEYBYTES);

void check_size(std::string_view half) {
  if (half.size() != kHalfBytes) bug("half of a box key that is none");
}

}  // namespace

BoxKey generate_box_key() {
  start_sodium();
  std::string private_half(kHalfBytes, '\0');
  std::string public_half(kHalfBytes, '\0');
  if (crypto_box_keypair(bytes(public_half), bytes(private_half)) != 0) throw Failure("no box key");
  Secret secret(private_half);
  sodium_memzero(private_half.data(), private_half.size());
  return {std::move(secret), std::move(public_half)};
}

std::string public_half_of(const Secret& private_half) {
  start_sodium();
  check_size(private_half.reveal());
  std::string public_half(kHalfBytes, '\0');
  crypto_scalarmult_base(bytes(public_half), bytes(private_half.reveal()));
  return public_half;
}

std::string seal_to(std::string_view public_half, const Secret& plain) {
  start_sodium();
  check_size(public_half);
  const std::string_view text = plain.reveal();
  std::string box(text.size() + crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal(bytes(box), bytes(text), text.size(), bytes(public_half)) != 0) {
    throw Failure("nothing can be sealed to this public key");
  }
  return box;
}

std::optional<Secret> open_box(const Secret& private_half, std::string_view box) {
  if (box.size() < crypto_box_SEALBYTES) return std::nullopt;
  const std::string public_half = public_half_of(private_half);
  std::string plain(box.size() - crypto_box_SEALBYTES, '\0');
  const bool opens =
      crypto_box_seal_open(bytes(plain), bytes(box), box.size(), bytes(public_half), bytes(private_half.reveal())) == 0;
  std::optional<Secret> secret;
  if (opens) secret.emplace(plain);
  sodium_memzero(plain.data(), plain.size());
  return secret;
}

}  // namespace gatehouse::crypto
