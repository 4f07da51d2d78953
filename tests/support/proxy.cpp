// SPDX-License-Identifier: Apache-2.0
#include "support/proxy.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "base/failure.h"

namespace gatehouse::test {
namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw Failure(path + ": too long for a socket");
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int unix_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

int connect_to(const std::string& path) {
  const int fd = unix_socket();
  const sockaddr_un address = address_of(path);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw Failure(path + ": no server");
  return fd;
}

// What could be read; empty: the other side has gone.
std::string read_some(int fd) {
  std::array<char, 65536> chunk;
  const ssize_t n = ::read(fd, chunk.data(), chunk.size());
  return n > 0 ? std::string(chunk.data(), static_cast<std::size_t>(n)) : std::string();
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

// The commands of the protocol that run a statement.
constexpr char kQuery = 3;
constexpr char kExecute = 23;

enum class Sent { other, statement, commit };

// What a client's bytes ask for. A packet is three bytes of length, a number (0: a command begins) and the command.
Sent sort(std::string_view bytes) {
  while (bytes.size() > 4) {
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    const std::size_t length = byte(0) + (byte(1) << 8) + (byte(2) << 16);
    const std::string_view command = byte(3) == 0 ? bytes.substr(4, length) : "";
    bytes.remove_prefix(std::min(4 + length, bytes.size()));
    if (command.starts_with(kExecute)) return Sent::statement;
    if (!command.starts_with(kQuery)) continue;
    if (command.substr(1) == "COMMIT") return Sent::commit;
    if (command.substr(1) == "START TRANSACTION") return Sent::statement;
  }
  return Sent::other;
}

// Of let_go() and cut_held().
constexpr eventfd_t kGo = 1;
constexpr eventfd_t kCut = 2;

void wait_for(int fd) {
  pollfd poll{fd, POLLIN, 0};
  ::poll(&poll, 1, -1);
}

}  // namespace

Proxy::Proxy() : Proxy(std::string()) {}

Proxy::Proxy(std::string socket)
    : socket_(std::move(socket)),
      listening_(unix_socket()),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      held_(::eventfd(0, EFD_CLOEXEC)),
      verdict_(::eventfd(0, EFD_CLOEXEC)) {
  if (socket_.empty()) socket_ = folder_.emplace().path() + "/sock";
  const sockaddr_un address = address_of(socket_);
  if (::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listening_, 64) != 0) {
    throw Failure("the proxy can't listen");
  }
  thread_ = std::thread([this] { serve(); });
}

Proxy::~Proxy() {
  ::eventfd_write(stop_, 1);
  thread_.join();
  for (const int fd : {listening_, stop_, held_, verdict_}) ::close(fd);
}

std::string Proxy::url_of(const std::string& socket) { return "mysql://root@localhost/gatehouse?socket=" + socket; }

void Proxy::plan(const Plan& plan) {
  const std::lock_guard lock(mutex_);
  plan_ = plan;
  seen_ = 0;
}

void Proxy::cut_next_commit(Moment moment) { plan({.harm = Harm::cuts, .moment = moment, .statement = kNextCommit}); }

void Proxy::wait_until_held() const { wait_for(held_); }
void Proxy::let_go() { ::eventfd_write(verdict_, kGo); }
void Proxy::cut_held() { ::eventfd_write(verdict_, kCut); }

// The plan, if it is this statement's turn; it is done once.
std::optional<Proxy::Plan> Proxy::planned_for(std::string_view sent) {
  const Sent what = sort(sent);
  if (what == Sent::other) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const int number = seen_++;
  if (!plan_) return std::nullopt;
  const bool due = plan_->statement == kNextCommit ? what == Sent::commit : plan_->statement == number;
  if (!due) return std::nullopt;
  ++harmed_;
  return std::exchange(plan_, std::nullopt);
}

Proxy::Fate Proxy::harm(const Pair& pair, const Plan& plan, const std::string& sent) {
  std::string answer;
  if (plan.moment == Moment::after) {
    write_all(pair.server, sent);
    answer = read_some(pair.server);  // it is done, and so far nobody has heard of it
  }
  if (plan.harm == Harm::kills) ::kill(::getpid(), SIGKILL);
  if (plan.harm == Harm::cuts) return Fate::is_over;
  const bool is_answer = plan.moment == Moment::after;
  kept_ = Held{pair, is_answer ? pair.client : pair.server, is_answer ? answer : sent};
  ::eventfd_write(held_, 1);
  return Fate::is_held;
}

Proxy::Fate Proxy::pass_on(const Pair& pair) {
  const std::string sent = read_some(pair.client);
  if (sent.empty()) return Fate::is_over;
  if (const auto plan = planned_for(sent)) return harm(pair, *plan, sent);
  write_all(pair.server, sent);
  return Fate::goes_on;
}

void Proxy::serve() {
  std::vector<Pair> pairs;
  const auto pass_back = [](const Pair& pair) {
    const std::string answer = read_some(pair.server);
    write_all(pair.client, answer);
    return answer.empty() ? Fate::is_over : Fate::goes_on;
  };
  const auto close_both = [](const Pair& pair) {
    ::close(pair.client);
    ::close(pair.server);
  };
  for (;;) {
    const int held = kept_ ? kept_->pair.client : -1;
    std::vector<pollfd> polls{{stop_, POLLIN, 0}, {listening_, POLLIN, 0}, {verdict_, POLLIN, 0}, {held, 0, 0}};
    const std::size_t first = polls.size();
    for (const Pair& pair : pairs) {
      polls.push_back({pair.client, POLLIN, 0});
      polls.push_back({pair.server, POLLIN, 0});
    }
    ::poll(polls.data(), polls.size(), -1);
    const bool stopping = polls[0].revents != 0;
    const bool judged = polls[2].revents != 0;
    const bool given_up = polls[3].revents != 0;
    std::vector<Pair> alive;
    if (kept_ && (stopping || judged || given_up)) {
      eventfd_t verdict = kCut;
      if (judged) ::eventfd_read(verdict_, &verdict);
      if (verdict == kGo) {
        write_all(kept_->to, kept_->text);
        alive.push_back(kept_->pair);
      } else {
        close_both(kept_->pair);
      }
      kept_.reset();
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      Fate fate = stopping ? Fate::is_over : Fate::goes_on;
      if (fate == Fate::goes_on && polls[first + 1 + 2 * i].revents != 0) fate = pass_back(pairs[i]);
      if (fate == Fate::goes_on && polls[first + 2 * i].revents != 0) fate = pass_on(pairs[i]);
      if (fate == Fate::goes_on) alive.push_back(pairs[i]);
      if (fate == Fate::is_over) close_both(pairs[i]);
    }
    if (stopping) return;
    pairs = std::move(alive);
    if (polls[1].revents == 0) continue;
    const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) pairs.push_back({client, connect_to(installation().server->socket())});
  }
}

}  // namespace gatehouse::test
