// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "support/server.h"

namespace gatehouse::test {

// Stands between a process and its database, and can lose the connection around a COMMIT: before the server has read
// it, or after the server has done it and before its answer arrives. The client can't tell one from the other.
class Proxy {
 public:
  enum class Cut { none, before_commit, after_commit };

  Proxy();
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::string url() const;
  void cut_next(Cut cut) { cut_ = cut; }
  int cuts() const { return cuts_; }

 private:
  void serve();

  TemporaryFolder folder_;
  int listening_ = -1;
  int stop_ = -1;
  std::atomic<Cut> cut_ = Cut::none;
  std::atomic<int> cuts_ = 0;
  std::thread thread_;
};

}  // namespace gatehouse::test
