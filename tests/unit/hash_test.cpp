// SPDX-License-Identifier: Apache-2.0
#include "crypto/hash.h"

#include <gtest/gtest.h>

#include <set>

namespace gatehouse::crypto {
namespace {

std::string hex(const Digest& digest) { return to_hex(bytes_of(digest)); }

// FIPS 180-2, appendix B (to which FIPS 180-4 refers), and the digest of nothing.
TEST(Sha256, MatchesTheVectorsOfFips180) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Hasher, IsTheSameInAnyNumberOfParts) {
  Hasher none;
  EXPECT_EQ(none.finish(), sha256(""));
  Hasher parts;
  for (const char* part : {"a", "", "b", "c"}) parts.add(part);
  Hasher beside;
  beside.add("x");
  EXPECT_EQ(parts.finish(), sha256("abc"));
  EXPECT_EQ(beside.finish(), sha256("x"));
}

TEST(LabelledSha256, IsThatOfLabelNulValue) {
  EXPECT_EQ(labelled_sha256("refresh", "value"), sha256(std::string_view("refresh\0value", 13)));
}

TEST(LabelledSha256, KeepsKindsApart) {
  const std::set<Digest> all = {labelled_sha256("key", "value"), labelled_sha256("keyv", "alue"),
                                labelled_sha256("", "keyvalue"), labelled_sha256("keyvalue", ""), sha256("keyvalue")};
  EXPECT_EQ(all.size(), 5U);
}

}  // namespace
}  // namespace gatehouse::crypto
