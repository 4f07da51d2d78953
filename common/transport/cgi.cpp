// SPDX-License-Identifier: Apache-2.0
#include "transport/cgi.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace gatehouse::transport {
namespace {

// Exactly what CONTENT_LENGTH says (the pipe may stay open behind it), or to the end where the length is not known. Of
// a body that is too large one byte more than allowed is kept; the rest is taken in all the same.
void read_body(http::Request& request) {
  constexpr std::int64_t kMostKept = http::kMostBodyBytes + 1;
  std::int64_t wanted = request.chunked ? kMostTakenIn : 0;
  if (request.content_length) wanted = std::min(*request.content_length, kMostTakenIn);
  std::array<char, 8192> chunk;
  std::int64_t taken = 0;
  while (taken < wanted) {
    const auto most = std::min(static_cast<std::int64_t>(chunk.size()), wanted - taken);
    const ssize_t n = ::read(STDIN_FILENO, chunk.data(), static_cast<std::size_t>(most));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    taken += n;
    const auto room = kMostKept - static_cast<std::int64_t>(request.body.size());
    request.body.append(chunk.data(), static_cast<std::size_t>(std::min<std::int64_t>(n, room)));
  }
  if (request.content_length && static_cast<std::int64_t>(request.body.size()) < std::min(wanted, kMostKept)) {
    request.fault = Refusal{Reason::malformed, "the body is shorter than announced"};
  }
}

void write_whole(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

// One request in sixteen, and in a process of its own, since a web server ends the one that has answered. The
// database's connection goes with it: this one ends without another word to it.
void sweep_now_and_then(Service& service) {
  unsigned char chance = 0;
  crypto::SystemRandomness().fill({&chance, 1});
  if (!service.sweeps() || chance % 16 != 0) return;
  if (::fork() != 0) ::_exit(0);
  ::setsid();
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, stream);
  service.sweep_if_due();
  ::_exit(0);
}

}  // namespace

int serve_cgi(Service& service, char** environment) {
  http::Request request = http::read_variables(environment);
  read_body(request);
  const Outcome outcome = service.answer(request);
  const auto body = request.method == http::Method::Head ? http::Body::withheld : http::Body::sent;
  write_whole(http::to_cgi(outcome.response, body));
  sweep_now_and_then(service);
  return 0;
}

}  // namespace gatehouse::transport
