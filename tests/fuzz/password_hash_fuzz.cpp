// SPDX-License-Identifier: Apache-2.0
#include "crypto/password.h"
#include "harness.h"

// A stored hash is the database's word, which an import may have garbled: it never matches by accident and never
// throws.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const std::string_view stored = as_text(data, size);
  // Real costs would take seconds each; what is parsed is what is fuzzed.
  if (size > 7 && stored.starts_with("$2") && stored[4] != '0') return 0;
  must(crypto::check_password(stored, Secret("not the password"), {.memory_kib = 8, .passes = 1}) == crypto::Match::no);
  return 0;
}
