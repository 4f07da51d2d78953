// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "auth/passwords/fuse_filter.h"
#include "base/secret.h"
#include "crypto/hash.h"

namespace gatehouse::passwords {

// Passwords that were found elsewhere, known by their SHA-1 as such lists are published: a file of filters, each of
// some of the hashes in their order (common/FORMATS.md). One in 16 million others seems to be among them.
//
// BREACH_LIST, mapped: all processes share its pages. Looked at again where another file took its place.
class Breaches {
 public:
  explicit Breaches(std::string file) : file_(std::move(file)) {}
  ~Breaches();
  Breaches(const Breaches&) = delete;
  Breaches& operator=(const Breaches&) = delete;

  // Without a file, false. Throws Misconfigured where it can't be read, or is none.
  bool contain(const Secret& password);
  std::uint64_t count();

 private:
  struct Shard {
    std::uint64_t first = 0;  // the beginning of its first hash
    FuseShape shape{};
    std::string_view places{};
  };

  void look();
  void unmap();
  void read_table();

  std::string file_;
  struct stat seen_ {};
  std::string_view mapped_;
  std::uint64_t count_ = 0;
  std::vector<Shard> shards_;
};

// Writes such a file from hashes that come in ascending order.
class BreachWriter {
 public:
  // A filter is made in memory, so a long list is many.
  explicit BreachWriter(const std::string& file, std::size_t keys_of_a_shard = 1'000'000);

  // False: it is not above the one before. The same again is passed over.
  [[nodiscard]] bool add(const crypto::Sha1Digest& hash);
  // Throws Failure when the disk is full. Answers how many hashes there are.
  std::uint64_t finish();

 private:
  void end_shard();

  std::ofstream out_;
  std::size_t keys_of_a_shard_;
  crypto::Sha1Digest last_{};
  std::uint64_t count_ = 0;
  std::uint64_t first_ = 0;
  std::vector<std::uint64_t> keys_;  // of the shard that is open
  std::string table_;
  std::uint64_t shards_ = 0;
};

}  // namespace gatehouse::passwords
