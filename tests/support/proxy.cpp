// SPDX-License-Identifier: Apache-2.0
#include "support/proxy.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/failure.h"

namespace gatehouse::test {
namespace {

struct Pair {
  int client;
  int server;
};

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

// COM_QUERY, as the driver sends a statement that is not prepared.
bool is_commit(std::string_view packet) {
  return packet.find(
             "\x03"
             "COMMIT") != std::string_view::npos;
}

}  // namespace

Proxy::Proxy() : listening_(unix_socket()), stop_(::eventfd(0, EFD_CLOEXEC)) {
  const sockaddr_un address = address_of(folder_.path() + "/sock");
  if (::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listening_, 64) != 0) {
    throw Failure("the proxy can't listen");
  }
  thread_ = std::thread([this] { serve(); });
}

Proxy::~Proxy() {
  ::eventfd_write(stop_, 1);
  thread_.join();
  ::close(listening_);
  ::close(stop_);
}

std::string Proxy::url() const { return "mysql://root@localhost/gatehouse?socket=" + folder_.path() + "/sock"; }

void Proxy::serve() {
  std::vector<Pair> pairs;
  // False: the pair is over.
  const auto pass_on = [&](const Pair& pair, bool from_client) {
    const std::string text = read_some(from_client ? pair.client : pair.server);
    if (text.empty()) return false;
    const Cut cut = from_client && is_commit(text) ? cut_.exchange(Cut::none) : Cut::none;
    if (cut != Cut::none) ++cuts_;
    if (cut == Cut::before_commit) return false;
    write_all(from_client ? pair.server : pair.client, text);
    if (cut == Cut::after_commit) read_some(pair.server);  // it is done, and nobody will hear of it
    return cut == Cut::none;
  };
  for (;;) {
    std::vector<pollfd> polls{{stop_, POLLIN, 0}, {listening_, POLLIN, 0}};
    for (const Pair& pair : pairs) {
      polls.push_back({pair.client, POLLIN, 0});
      polls.push_back({pair.server, POLLIN, 0});
    }
    ::poll(polls.data(), polls.size(), -1);
    const bool stopping = polls[0].revents != 0;
    std::vector<Pair> alive;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      bool good = !stopping;
      if (good && polls[2 + 2 * i].revents != 0) good = pass_on(pairs[i], true);
      if (good && polls[3 + 2 * i].revents != 0) good = pass_on(pairs[i], false);
      if (good) {
        alive.push_back(pairs[i]);
      } else {
        ::close(pairs[i].client);
        ::close(pairs[i].server);
      }
    }
    if (stopping) return;
    pairs = std::move(alive);
    if (polls[1].revents == 0) continue;
    const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) pairs.push_back({client, connect_to(installation().server->socket())});
  }
}

}  // namespace gatehouse::test
