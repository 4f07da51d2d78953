// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::passwords {

// A set of 64-bit keys that may only be asked for membership: a binary fuse filter (Graf and Lemire, "Binary Fuse
// Filters: Fast and Smaller Than Xor Filters", 2022) with three places a key. A place is 24 bits, so a key that is not
// in the set seems to be in one of 16 million cases, and a large set takes 27 bits a key.
struct FuseShape {
  std::uint64_t seed = 0;
  std::uint32_t segment_length = 0;  // a power of two
  std::uint32_t segments = 0;        // in which the first place of a key may be; two more follow

  std::uint64_t bytes() const;
};

struct FuseFilter {
  FuseShape shape;
  std::string places;
};

// Sorts the keys, and takes each once.
FuseFilter build_fuse_filter(std::vector<std::uint64_t>& keys);

// `places` has as many bytes as the shape says.
bool may_contain(const FuseShape& shape, std::string_view places, std::uint64_t key);

}  // namespace gatehouse::passwords
