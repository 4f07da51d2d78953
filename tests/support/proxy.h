// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "support/server.h"

namespace gatehouse::test {

// Stands between a process and its database, and can do harm to one statement: before the server has read it, or after
// the server has done it and before its answer arrives. The client can't tell one from the other.
class Proxy {
 public:
  enum class Harm {
    cuts,   // the connection is lost
    kills,  // this process, by SIGKILL
    holds,  // it or its answer stays here until let_go() or cut_held(), or for good: late, or swallowed
  };
  enum class Moment { before, after };
  static constexpr int kNextCommit = -1;
  struct Plan {
    Harm harm = Harm::cuts;
    Moment moment = Moment::before;
    int statement = 0;  // counted from now on, START TRANSACTION and COMMIT among them
  };

  Proxy();
  explicit Proxy(std::string socket);  // listens there
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::string url() const { return url_of(socket_); }
  static std::string url_of(const std::string& socket);
  void plan(const Plan& plan);
  void cut_next_commit(Moment moment);
  int harmed() const { return harmed_; }  // statements, so far

  void wait_until_held() const;
  void let_go();
  void cut_held();

 private:
  enum class Fate { goes_on, is_over, is_held };
  struct Pair {
    int client;
    int server;
  };

  // A pair whose next word is held back: nothing of it is passed on, and its client may give up.
  struct Held {
    Pair pair;
    int to;
    std::string text;
  };

  void serve();
  Fate pass_on(const Pair& pair);
  Fate harm(const Pair& pair, const Plan& plan, const std::string& sent);
  std::optional<Plan> planned_for(std::string_view sent);

  std::optional<TemporaryFolder> folder_;
  std::string socket_;
  int listening_ = -1;
  int stop_ = -1;
  int held_ = -1;
  int verdict_ = -1;
  std::mutex mutex_;
  std::optional<Plan> plan_;
  int seen_ = 0;
  std::atomic<int> harmed_ = 0;
  std::optional<Held> kept_;  // the thread's own
  std::thread thread_;
};

}  // namespace gatehouse::test
