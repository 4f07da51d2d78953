// SPDX-License-Identifier: Apache-2.0
#include "auth/passwords/slots.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/failure.h"

namespace gatehouse::passwords {
namespace {

// A queue no longer than what a client would wait for anyway.
constexpr auto kMostWait = std::chrono::seconds(3);
constexpr auto kFirstPause = std::chrono::microseconds(500);
constexpr auto kLongestPause = std::chrono::milliseconds(8);

}  // namespace

Slots::Held::~Held() {
  if (fd_ >= 0) ::flock(fd_, LOCK_UN);
}

Slots::~Slots() {
  for (const int fd : files_) ::close(fd);
}

void Slots::open_files() {
  while (files_.size() < static_cast<std::size_t>(count_)) {
    const std::string file = directory_ + "/hash-slot-" + std::to_string(files_.size());
    // Read-only suffices for a lock, so the slots can belong to somebody who never hashes.
    int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) fd = ::open(file.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) throw Misconfigured(file + ": hash slot can't be opened; does RUN_DIRECTORY exist?");
    files_.push_back(fd);
  }
}

std::optional<Slots::Held> Slots::try_each() const {
  for (const int fd : files_) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return Held(fd);
  }
  return std::nullopt;
}

std::optional<Slots::Held> Slots::take() {
  open_files();
  const auto give_up = std::chrono::steady_clock::now() + kMostWait;
  for (auto pause = kFirstPause;;) {
    if (auto held = try_each()) return held;
    if (std::chrono::steady_clock::now() >= give_up) return std::nullopt;
    std::this_thread::sleep_for(pause);
    pause = std::min<std::chrono::microseconds>(2 * pause, kLongestPause);
  }
}

}  // namespace gatehouse::passwords
