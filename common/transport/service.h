// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "auth/process.h"
#include "crypto/random.h"
#include "endpoint/dispatch.h"
#include "endpoint/routing.h"

namespace gatehouse::transport {

// What is read of a body that is too large: a front server that can't finish sending takes a closed connection for a
// crash. An endless one is cut off there.
inline constexpr std::int64_t kMostTakenIn = 16 * 1024 * 1024;

// How this process was started: whether by a web server, for its own requests (CGI, mod_fcgid), or by whoever holds a
// socket for it.
enum class StartedBy { holder, web_server };

// An endpoint, or all of them, with their process around it. A process that can't be made (bad configuration,
// unreadable secret) is tried again at each request; until it can, every answer is 503 and the log says why.
class Service {
 public:
  // `endpoints`: one, or several of which the path chooses.
  Service(std::span<const ListedEndpoint> endpoints, std::string name, StartedBy started_by, config::Lookup environment,
          allowances::Draws draws);

  // Never throws, always answers.
  Outcome answer(const http::Request& request);

  // What a process without requests need not hold: the block that hashing keeps; the connection and free pages.
  void forget_hashing();
  void rest();
  // Where SWEEP = requests: when nobody waits, but not each time.
  bool sweeps() const { return process_ && process_->settings.sweep_by_requests; }
  void sweep_if_due();
  // 0: never. Also of a process that nobody has asked anything yet: what starts on demand may start more than are
  // needed.
  seconds idle_exit();

 private:
  void start(keys::Power power);
  void write_warning(const std::string& text);

  std::span<const ListedEndpoint> endpoints_;
  std::string name_;
  StartedBy started_by_;
  config::Lookup environment_;
  allowances::Draws draws_;
  SystemClock clock_;
  crypto::SystemRandomness random_;
  LogSink log_ = write_to_stderr;  // until the configuration says where
  std::optional<Process> process_;
  keys::Power power_ = keys::Power::verifies;  // of the process
  std::optional<seconds> idle_exit_;
};

}  // namespace gatehouse::transport
