// SPDX-License-Identifier: Apache-2.0
#include "transport/main.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "transport/cgi.h"
#include "transport/fcgi.h"

namespace gatehouse::transport {
namespace {

constexpr int kNoSocket = -1;
constexpr int kFirstPassedSocket = 3;  // sd_listen_fds(3)

bool is_listening(int fd) {
  int listening = 0;
  socklen_t size = sizeof listening;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

bool is_socket(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

int find_listening_socket() {
  if (is_listening(STDIN_FILENO)) return STDIN_FILENO;
  const char* pid = std::getenv("LISTEN_PID");
  const auto named = pid ? parse_integer(pid) : std::nullopt;
  return named == ::getpid() && is_listening(kFirstPassedSocket) ? kFirstPassedSocket : kNoSocket;
}

int answer_person(const Endpoint& endpoint, std::string_view option) {
  if (option == "--describe") {
    std::puts(describe(endpoint).c_str());
    return 0;
  }
  if (option == "--version") {
    std::puts(version_line(endpoint).c_str());
    return 0;
  }
  std::fprintf(stderr,
               "%s serves %s. It is started by a front server: as FastCGI with a listening socket, or as CGI.\n"
               "By hand: --describe prints what it does as JSON, --version which build it is.\n",
               endpoint.name().c_str(), std::string(endpoint.route()).c_str());
  return 2;
}

}  // namespace

int run(const Endpoint& endpoint, int argc, char** argv) {
  // A request's query can become argv (the class of CVE-2012-1823): in a request argv is not looked at.
  if (const int socket = find_listening_socket(); socket != kNoSocket) {
    Service service(endpoint, config::process_environment, allowances::Draws::blocks);
    return serve_fastcgi(service, socket);
  }
  if (std::getenv("GATEWAY_INTERFACE") != nullptr) {
    // Under CGI the environment is the request: configuration comes from the file alone.
    Service service(endpoint, config::no_environment, allowances::Draws::one_by_one);
    return serve_cgi(service, environ);
  }
  return answer_person(endpoint, argc > 1 && !is_socket(STDIN_FILENO) ? argv[1] : "");
}

}  // namespace gatehouse::transport
