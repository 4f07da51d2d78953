// SPDX-License-Identifier: Apache-2.0
#include "support/parallel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <new>

#include "base/failure.h"

namespace gatehouse::test {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe open_pipe() {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Failure("no pipe to be had");
  return {ends[0], ends[1]};
}

std::string read_to_end(int fd) {
  std::string text;
  std::array<char, 4096> chunk;
  for (ssize_t n; (n = ::read(fd, chunk.data(), chunk.size())) > 0;)
    text.append(chunk.data(), static_cast<std::size_t>(n));
  return text;
}

bool write_all(int fd, const std::string& text) {
  return ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Never returns: whatever the parent holds, connections above all, is not this process's to close.
[[noreturn]] void be_child(int number, const std::function<std::function<std::string()>(int)>& prepare, int ready,
                           int go, int result) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  bool good = false;
  try {
    const auto run = prepare(number);
    good = write_all(ready, ".");
    read_to_end(go);
    good = write_all(result, run()) && good;
  } catch (const std::exception& error) {
    ADD_FAILURE() << "in process " << number << ": " << error.what();
  }
  std::fflush(nullptr);
  ::_exit(good && !testing::Test::HasFailure() ? 0 : 1);
}

}  // namespace

std::vector<std::string> in_processes(int count, const std::function<std::function<std::string()>(int)>& prepare) {
  struct Child {
    pid_t pid;
    int result;
  };
  std::vector<Child> children;
  const Pipe ready = open_pipe();
  const Pipe go = open_pipe();
  std::fflush(nullptr);
  for (int number = 0; number < count; ++number) {
    const Pipe result = open_pipe();
    const pid_t pid = ::fork();
    if (pid < 0) throw Failure("no process to be had");
    if (pid == 0) {
      ::close(go.write);
      be_child(number, prepare, ready.write, go.read, result.write);
    }
    ::close(result.write);
    children.push_back({pid, result.read});
  }
  ::close(ready.write);
  char each;
  for (int number = 0; number < count && ::read(ready.read, &each, 1) == 1;) ++number;
  ::close(go.write);

  std::vector<std::string> results;
  for (const Child& child : children) {
    results.push_back(read_to_end(child.result));
    ::close(child.result);
    int status = 0;
    ::waitpid(child.pid, &status, 0);
    EXPECT_EQ(status, 0) << "see what a process printed above";
  }
  ::close(ready.read);
  ::close(go.read);
  return results;
}

SharedCount::SharedCount() {
  void* memory = ::mmap(nullptr, sizeof *count_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw Failure("no shared memory to be had");
  count_ = new (memory) std::atomic<int>(0);
}

SharedCount::~SharedCount() { ::munmap(count_, sizeof *count_); }

}  // namespace gatehouse::test
