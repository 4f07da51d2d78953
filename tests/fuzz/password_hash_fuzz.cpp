// SPDX-License-Identifier: Apache-2.0
#include "crypto/hash.h"
#include "crypto/password.h"
#include "harness.h"

// A stored hash is the database's word, which an import may have garbled: it never matches by accident and never
// throws, and what is wrapped can be kept.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  using crypto::Worth;
  constexpr crypto::Argon2Cost kCheap{.memory_kib = 8, .passes = 1};
  const std::string_view stored = as_text(data, size);
  const crypto::Appraisal appraisal = crypto::appraise_hash(stored, kCheap);
  must((appraisal.worth == Worth::refuse) == (appraisal.why[0] != '\0'));
  // Of the hash, so that the search can't find one that matches: it does, given a fixed password.
  const Secret password(to_hex(bytes_of(crypto::sha256(stored))));
  // Real costs would take seconds each; what is parsed is what is fuzzed.
  if (appraisal.worth == Worth::keep && !stored.starts_with("$argon2id$v=19$m=8,t=1,")) return 0;
  must(crypto::check_password(stored, password, kCheap) == crypto::Match::no);
  if (appraisal.worth != Worth::wrap) return 0;
  const std::string wrapped = crypto::wrap_hash(stored, kCheap);
  must(wrapped.size() <= 255 && crypto::appraise_hash(wrapped, kCheap).worth == Worth::keep);
  must(crypto::check_password(wrapped, password, kCheap) == crypto::Match::no);
  return 0;
}
