// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::passwords {

// A machine-wide bound on passwords being hashed at once: one lock on one file is one slot. A killed holder frees its
// slot with its last breath, since the kernel drops the lock.
class Slots {
 public:
  class Held {
   public:
    explicit Held(int fd) : fd_(fd) {}
    Held(Held&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    Held& operator=(Held&&) = delete;
    ~Held();

   private:
    int fd_;
  };

  Slots(std::string run_directory, std::int64_t count) : directory_(std::move(run_directory)), count_(count) {}
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;
  ~Slots();

  // Waits a short while for its turn; nullopt when the machine is busy, and the caller should try later.
  std::optional<Held> take();

 private:
  void open_files();
  std::optional<Held> try_each() const;

  std::string directory_;
  std::int64_t count_;
  // Open from the first hash on.
  std::vector<int> files_;
};

}  // namespace gatehouse::passwords
