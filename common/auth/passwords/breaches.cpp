// SPDX-License-Identifier: Apache-2.0
#include "auth/passwords/breaches.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "base/failure.h"

namespace gatehouse::passwords {
namespace {

constexpr std::string_view kMagic = "gatehouse breach list 1\n";
constexpr std::size_t kHeaderBytes = 48;  // magic, how many hashes, how many shards, where their table is
constexpr std::size_t kShardBytes = 32;   // first, where its places are, seed, segment length, segments

std::uint64_t read_number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

void append_number(std::string& bytes, std::uint64_t number, std::size_t size) {
  for (std::size_t i = size; i-- > 0;) bytes.push_back(static_cast<char>(number >> (8 * i) & 0xff));
}

// Which shard a hash is of, and what it is called there.
std::uint64_t place_of(const crypto::Sha1Digest& hash) { return read_number(bytes_of(hash), 0, 8); }
std::uint64_t key_of(const crypto::Sha1Digest& hash) { return read_number(bytes_of(hash), 8, 8); }

bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

Breaches::~Breaches() { unmap(); }

void Breaches::unmap() {
  if (!mapped_.empty()) ::munmap(const_cast<char*>(mapped_.data()), mapped_.size());
  mapped_ = {};
  shards_.clear();
}

void Breaches::look() {
  struct stat now {};
  if (::stat(file_.c_str(), &now) != 0) throw Misconfigured(file_ + ": can't be read");
  if (!mapped_.empty() && is_same_file(now, seen_)) return;
  unmap();
  const int fd = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw Misconfigured(file_ + ": can't be read");
  void* start = MAP_FAILED;
  if (::fstat(fd, &seen_) == 0 && static_cast<std::size_t>(seen_.st_size) >= kHeaderBytes) {
    start = ::mmap(nullptr, static_cast<std::size_t>(seen_.st_size), PROT_READ, MAP_SHARED, fd, 0);
  }
  ::close(fd);
  if (start == MAP_FAILED) throw Misconfigured(file_ + ": is no list that `gatehouse breach build` made");
  mapped_ = {static_cast<const char*>(start), static_cast<std::size_t>(seen_.st_size)};
  try {
    read_table();
  } catch (...) {
    unmap();
    throw;
  }
}

// Believes nothing: where all lies inside the file, no password can have us read outside it.
void Breaches::read_table() {
  const Misconfigured none(file_ + ": is no list that `gatehouse breach build` made, or not all of it");
  if (!mapped_.starts_with(kMagic)) throw none;
  count_ = read_number(mapped_, 24, 8);
  const std::uint64_t shards = read_number(mapped_, 32, 8);
  const std::uint64_t table = read_number(mapped_, 40, 8);
  if (table > mapped_.size() || shards != (mapped_.size() - table) / kShardBytes) throw none;
  for (std::size_t at = table; shards_.size() < shards; at += kShardBytes) {
    Shard shard{.first = read_number(mapped_, at, 8)};
    const std::uint64_t places = read_number(mapped_, at + 8, 8);
    shard.shape = {.seed = read_number(mapped_, at + 16, 8),
                   .segment_length = static_cast<std::uint32_t>(read_number(mapped_, at + 24, 4)),
                   .segments = static_cast<std::uint32_t>(read_number(mapped_, at + 28, 4))};
    const FuseShape& shape = shard.shape;
    const bool is_power = shape.segment_length != 0 && (shape.segment_length & (shape.segment_length - 1)) == 0;
    const bool is_small = shape.segment_length <= 1U << 18 && shape.segments > 0 && shape.segments < 1U << 13;
    const bool is_inside = places >= kHeaderBytes && places <= table && is_small && shape.bytes() <= table - places;
    if (!is_power || !is_inside || (!shards_.empty() && shard.first <= shards_.back().first)) throw none;
    shard.places = mapped_.substr(places, shape.bytes());
    shards_.push_back(shard);
  }
}

bool Breaches::contain(const Secret& password) {
  if (file_.empty()) return false;
  look();
  const crypto::Sha1Digest hash = crypto::sha1(password.reveal());
  const auto after = std::upper_bound(shards_.begin(), shards_.end(), place_of(hash),
                                      [](std::uint64_t place, const Shard& shard) { return place < shard.first; });
  if (after == shards_.begin()) return false;
  const Shard& shard = *std::prev(after);
  return may_contain(shard.shape, shard.places, key_of(hash));
}

std::uint64_t Breaches::count() {
  look();
  return count_;
}

BreachWriter::BreachWriter(const std::string& file, std::size_t keys_of_a_shard)
    : out_(file, std::ios::binary | std::ios::trunc), keys_of_a_shard_(keys_of_a_shard) {
  out_ << std::string(kHeaderBytes, '\0');
}

bool BreachWriter::add(const crypto::Sha1Digest& hash) {
  if (count_ > 0 && hash <= last_) return hash == last_;
  // All with the same beginning are of one shard.
  if (keys_.size() >= keys_of_a_shard_ && place_of(hash) != place_of(last_)) end_shard();
  if (keys_.empty()) first_ = place_of(hash);
  keys_.push_back(key_of(hash));
  last_ = hash;
  ++count_;
  return true;
}

void BreachWriter::end_shard() {
  if (keys_.empty()) return;
  const FuseFilter filter = build_fuse_filter(keys_);
  append_number(table_, first_, 8);
  append_number(table_, static_cast<std::uint64_t>(out_.tellp()), 8);
  append_number(table_, filter.shape.seed, 8);
  append_number(table_, filter.shape.segment_length, 4);
  append_number(table_, filter.shape.segments, 4);
  out_ << filter.places;
  ++shards_;
  keys_.clear();
}

std::uint64_t BreachWriter::finish() {
  end_shard();
  const auto table = static_cast<std::uint64_t>(out_.tellp());
  out_ << table_;
  std::string header(kMagic);
  append_number(header, count_, 8);
  append_number(header, shards_, 8);
  append_number(header, table, 8);
  out_.seekp(0);
  out_ << header;
  out_.close();
  if (!out_) throw Failure("the list can't be written; is the disk full?");
  return count_;
}

}  // namespace gatehouse::passwords
