// SPDX-License-Identifier: Apache-2.0
#include "transport/main.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/text.h"
#include "transport/cgi.h"
#include "transport/fcgi.h"
#include "transport/shared_uid.h"

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

// What is served: one endpoint, or several by their paths.
struct Served {
  std::span<const ListedEndpoint> endpoints;
  std::string name;  // for its log and its credentials
};

// Of all, those that have a URL of this installation; a guard answers by its own name only.
int describe_each(const Served& served) {
  const bool is_one = served.endpoints.size() == 1;
  std::string text;
  for (const auto& [file, endpoint] : served.endpoints) text += (text.empty() ? "" : ",") + describe(*endpoint);
  std::puts((is_one ? text : "[" + text + "]").c_str());
  return 0;
}

int answer_person(const Served& served, std::string_view option) {
  const Endpoint& first = *served.endpoints.front().endpoint;
  const bool is_one = served.endpoints.size() == 1;
  if (option == "--describe") return describe_each(served);
  if (option == "--version") {
    std::puts(is_one ? version_line(first).c_str() : version_line(served.name).c_str());
    return 0;
  }
  std::fprintf(stderr,
               "%s serves %s. It is started by a front server: as FastCGI with a listening socket, or as CGI.\n"
               "By hand: --describe prints what it does as JSON, --version which build it is.\n",
               served.name.c_str(), is_one ? std::string(first.route()).c_str() : "every URL");
  return 2;
}

int run(const Served& served, int argc, char** argv) {
  // A request's query can become argv (the class of CVE-2012-1823): in a request argv is not looked at.
  if (const int socket = find_listening_socket(); socket != kNoSocket) {
    const StartedBy started_by = is_of_mod_fcgid(socket) ? StartedBy::web_server : StartedBy::holder;
    Service service(served.endpoints, served.name, started_by, config::process_environment, allowances::Draws::blocks);
    return serve_fastcgi(service, socket);
  }
  if (std::getenv("GATEWAY_INTERFACE") != nullptr) {
    // Under CGI the environment is the request: configuration comes from the file alone.
    Service service(served.endpoints, served.name, StartedBy::web_server, config::no_environment,
                    allowances::Draws::one_by_one);
    return serve_cgi(service, environ);
  }
  return answer_person(served, argc > 1 && !is_socket(STDIN_FILENO) ? argv[1] : "");
}

// "users_me" of /home/ann/public_html/gatehouse/users_me.fcgi. Not argv[0], which is somebody else's word.
std::string name_of_executable() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).stem().string();
}

}  // namespace

int run(const Endpoint& endpoint, int argc, char** argv) {
  const ListedEndpoint alone{"", &endpoint};
  return run(Served{{&alone, 1}, endpoint.name()}, argc, argv);
}

int run_any(std::span<const ListedEndpoint> all, int argc, char** argv) {
  if (const Endpoint* named = endpoint_named(all, name_of_executable())) return run(*named, argc, argv);
  return run(Served{all, "gatehouse_all"}, argc, argv);
}

}  // namespace gatehouse::transport
