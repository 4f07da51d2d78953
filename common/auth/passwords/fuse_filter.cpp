// SPDX-License-Identifier: Apache-2.0
#include "auth/passwords/fuse_filter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/failure.h"

namespace gatehouse::passwords {
namespace {

constexpr std::size_t kPlaceBytes = 3;
constexpr int kMostTries = 100;  // one in some hundred fails

// The finalizer of MurmurHash3: each bit of the argument moves half of the result's.
std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdU;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53U;
  return h ^ (h >> 33);
}

struct Places {
  std::array<std::size_t, 3> at;
  std::uint32_t sum;  // of what stands at the three, if the key is in the set
};

Places places_of(const FuseShape& shape, std::uint64_t hash) {
  const std::uint64_t mask = shape.segment_length - 1;
  const std::uint64_t length = std::uint64_t{shape.segments} * shape.segment_length;
  const std::uint64_t first = ((hash >> 32) * length) >> 32;
  return {{first, (first + shape.segment_length) ^ ((hash >> 18) & mask), (first + 2 * mask + 2) ^ (hash & mask)},
          static_cast<std::uint32_t>(mix(hash) & 0xffffff)};
}

std::uint32_t read(std::string_view places, std::size_t at) {
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(places[at * 3 + i])}; };
  return byte(0) << 16 | byte(1) << 8 | byte(2);
}

void write(std::string& places, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < kPlaceBytes; ++i) places[at * 3 + i] = static_cast<char>(value >> (16 - 8 * i) & 0xff);
}

// The sizes of the paper, found by experiment there.
FuseShape shape_for(std::size_t keys) {
  const double n = static_cast<double>(std::max<std::size_t>(keys, 2));
  const int power = std::min(18, static_cast<int>(std::floor(std::log(n) / std::log(3.33) + 2.25)));
  const double factor = std::max(1.125, 0.875 + 0.25 * std::log(1e6) / std::log(n));
  FuseShape shape{.segment_length = 1U << power};
  const auto capacity = static_cast<std::uint64_t>(std::lround(n * factor));
  const std::uint64_t segments = (capacity + shape.segment_length - 1) / shape.segment_length;
  shape.segments = static_cast<std::uint32_t>(segments > 3 ? segments - 2 : 1);
  return shape;
}

// A key, known by its hash, and the place that is its own once those behind it in the list are filled in.
struct Peeled {
  std::uint64_t hash;
  std::size_t at;
};

// Takes away one key after the other that alone has a place; empty where some are left that share all of theirs.
std::vector<Peeled> peel(const FuseShape& shape, const std::vector<std::uint64_t>& keys) {
  const std::size_t all = shape.bytes() / kPlaceBytes;
  std::vector<std::uint32_t> counts(all);
  std::vector<std::uint64_t> hashes(all);  // of those who share the place, each XORed in
  const auto toggle = [&](std::uint64_t hash, std::uint32_t one) {
    for (const std::size_t at : places_of(shape, hash).at) {
      counts[at] += one;
      hashes[at] ^= hash;
    }
  };
  for (const std::uint64_t key : keys) toggle(mix(key + shape.seed), 1);
  std::vector<std::size_t> alone;
  for (std::size_t at = 0; at < all; ++at) {
    if (counts[at] == 1) alone.push_back(at);
  }
  std::vector<Peeled> peeled;
  peeled.reserve(keys.size());
  while (!alone.empty()) {
    const std::size_t at = alone.back();
    alone.pop_back();
    if (counts[at] != 1) continue;
    const std::uint64_t hash = hashes[at];
    peeled.push_back({hash, at});
    toggle(hash, std::uint32_t{0} - 1);
    for (const std::size_t other : places_of(shape, hash).at) {
      if (counts[other] == 1) alone.push_back(other);
    }
  }
  if (peeled.size() != keys.size()) peeled.clear();
  return peeled;
}

}  // namespace

std::uint64_t FuseShape::bytes() const { return (std::uint64_t{segments} + 2) * segment_length * kPlaceBytes; }

FuseFilter build_fuse_filter(std::vector<std::uint64_t>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  FuseFilter filter{shape_for(keys.size()), {}};
  std::vector<Peeled> peeled;
  for (int tries = 0; peeled.size() != keys.size(); ++tries) {
    if (tries == kMostTries) throw Failure("no filter can be made of these keys");
    filter.shape.seed = mix(filter.shape.seed + 1);
    peeled = peel(filter.shape, keys);
  }
  filter.places.assign(filter.shape.bytes(), '\0');
  for (auto each = peeled.rbegin(); each != peeled.rend(); ++each) {
    const Places places = places_of(filter.shape, each->hash);
    std::uint32_t value = places.sum;
    for (const std::size_t at : places.at) value ^= read(filter.places, at);
    write(filter.places, each->at, value);
  }
  return filter;
}

bool may_contain(const FuseShape& shape, std::string_view places, std::uint64_t key) {
  const Places wanted = places_of(shape, mix(key + shape.seed));
  return (read(places, wanted.at[0]) ^ read(places, wanted.at[1]) ^ read(places, wanted.at[2])) == wanted.sum;
}

}  // namespace gatehouse::passwords
