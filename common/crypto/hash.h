// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "base/encoding.h"

namespace gatehouse::crypto {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes);

// For lists of passwords that others publish by it, and for nothing else.
using Sha1Digest = std::array<unsigned char, 20>;
Sha1Digest sha1(std::string_view bytes);

// SHA-256 of a kind label and a value, told apart by a NUL: a digest of one kind never equals one of another.
Digest labelled_sha256(std::string_view label, std::string_view value);

// HMAC-SHA-1 (RFC 2104), which TOTP is made of and nothing else here.
std::array<unsigned char, 20> hmac_sha1(std::string_view key, std::string_view message);

// SHA-256 of what is too much to be in memory at once.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void add(std::string_view bytes);
  Digest finish();  // and nothing after it

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gatehouse::crypto
