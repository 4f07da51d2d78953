// SPDX-License-Identifier: Apache-2.0
#include "transport/cgi.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace gatehouse::transport {
namespace {

// Exactly what CONTENT_LENGTH says (the pipe may stay open behind it), or to the end where the length is not known.
void read_body(http::Request& request) {
  const std::size_t most = http::kMostBodyBytes + 1;
  std::size_t wanted = request.chunked ? most : 0;
  if (request.content_length) wanted = static_cast<std::size_t>(std::min<std::int64_t>(*request.content_length, most));
  std::array<char, 8192> chunk;
  while (request.body.size() < wanted) {
    const ssize_t n = ::read(STDIN_FILENO, chunk.data(), std::min(chunk.size(), wanted - request.body.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    request.body.append(chunk.data(), static_cast<std::size_t>(n));
  }
  if (request.content_length && request.body.size() < wanted) {
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

}  // namespace

int serve_cgi(Service& service, char** environment) {
  http::Request request = http::read_variables(environment);
  read_body(request);
  const Outcome outcome = service.answer(request);
  const auto body = request.method == http::Method::Head ? http::Body::withheld : http::Body::sent;
  write_whole(http::to_cgi(outcome.response, body));
  return 0;
}

}  // namespace gatehouse::transport
