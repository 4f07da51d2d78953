// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "auth/process.h"
#include "crypto/random.h"
#include "endpoint/dispatch.h"

namespace gatehouse::transport {

// What is read of a body that is too large: a front server that can't finish sending takes a closed connection for a
// crash. An endless one is cut off there.
inline constexpr std::int64_t kMostTakenIn = 16 * 1024 * 1024;

// An endpoint with its process around it. A process that can't be made (bad configuration, unreadable secret) is tried
// again at each request; until it can, every answer is 503 and the log says why.
class Service {
 public:
  Service(const Endpoint& endpoint, config::Lookup environment, allowances::Draws draws);

  // Never throws, always answers.
  Outcome answer(const http::Request& request);

  // What a process without requests need not hold: the block that hashing keeps; the connection and free pages.
  void forget_hashing();
  void rest();
  // 0: never.
  seconds idle_exit() const { return process_ ? process_->settings.idle_exit : seconds(0); }

 private:
  void start();
  void write_warning(const std::string& text);

  const Endpoint& endpoint_;
  config::Lookup environment_;
  allowances::Draws draws_;
  SystemClock clock_;
  crypto::SystemRandomness random_;
  LogSink log_ = write_to_stderr;  // until the configuration says where
  std::optional<Process> process_;
};

}  // namespace gatehouse::transport
