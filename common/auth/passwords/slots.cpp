// SPDX-License-Identifier: Apache-2.0
#include "auth/passwords/slots.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>

#include "base/failure.h"

namespace gatehouse::passwords {
namespace {

// A queue no longer than what a client would wait for anyway.
constexpr auto kMostWait = std::chrono::seconds(3);
// So long for one slot, then for the next: one that somebody holds and never lets go of must not stop those behind it.
constexpr auto kTurn = std::chrono::milliseconds(250);

// flock() has no time limit, and asking again and again loses a third of the machine's hashes: whoever sleeps wakes too
// late. So the wait is the kernel's, which hands a slot over at once, and while one of these lives it is interrupted
// every so often.
class Interruptions {
 public:
  explicit Interruptions(std::chrono::microseconds period) {
    // Stays: a timer must never meet the default action, which is to end the process.
    struct sigaction interrupt {};
    interrupt.sa_handler = [](int) {};  // without SA_RESTART
    ::sigaction(SIGALRM, &interrupt, nullptr);
    set_timer(period);
  }
  ~Interruptions() { set_timer(std::chrono::microseconds(0)); }
  Interruptions(const Interruptions&) = delete;
  Interruptions& operator=(const Interruptions&) = delete;

 private:
  static void set_timer(std::chrono::microseconds period) {
    const timeval each{.tv_sec = 0, .tv_usec = period.count()};
    const itimerval timer{.it_interval = each, .it_value = each};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
  }
};

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
  if (auto held = try_each()) return held;
  const Interruptions interruptions(kTurn);
  const auto give_up = std::chrono::steady_clock::now() + kMostWait;
  // Each process begins with another slot, so that they spread.
  for (auto turn = static_cast<std::size_t>(::getpid()); std::chrono::steady_clock::now() < give_up; ++turn) {
    const int fd = files_[turn % files_.size()];
    if (::flock(fd, LOCK_EX) == 0) return Held(fd);
    if (errno != EINTR) throw Failure("a hash slot can't be locked");
    if (auto held = try_each()) return held;
  }
  return std::nullopt;
}

}  // namespace gatehouse::passwords
