// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace gatehouse::test {

// Runs `each(number)` in that many processes at once: what serves has one thread, and so do its tests. `prepare` is
// done in each before any begins. Answers what each returned, by number; a failed expectation in any of them fails the
// test.
std::vector<std::string> in_processes(int count, const std::function<std::function<std::string()>(int)>& prepare);

// A number that such processes share.
class SharedCount {
 public:
  SharedCount();
  ~SharedCount();
  SharedCount(const SharedCount&) = delete;
  SharedCount& operator=(const SharedCount&) = delete;

  void add(int n) { *count_ += n; }
  int draw() { return (*count_)++; }  // 0, 1, 2 …, each to one of them
  int value() const { return *count_; }

 private:
  std::atomic<int>* count_;
};

}  // namespace gatehouse::test
