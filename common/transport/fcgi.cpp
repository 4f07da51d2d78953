// SPDX-License-Identifier: Apache-2.0
#include "transport/fcgi.h"

#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace gatehouse::transport {
namespace {

// A second without requests gives back the memory of hashing, which is most of a process; ten seconds the rest.
constexpr seconds kForgetAfter{1};
constexpr seconds kRestAfter{10};

// The one variable that a signal handler can reach.
volatile std::sig_atomic_t stop_requested = 0;

void request_stop(int) { stop_requested = 1; }

// Signals stay blocked except while the process waits, so that no system call of a request is ever interrupted and none
// slips in between the look at the flag and the wait.
sigset_t catch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = request_stop;  // without SA_RESTART
  sigset_t stopping;
  sigemptyset(&stopping);
  for (const int signal : {SIGTERM, SIGINT}) {
    sigaction(signal, &action, nullptr);
    sigaddset(&stopping, signal);
  }
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t before;
  sigprocmask(SIG_BLOCK, &stopping, &before);
  sigdelset(&before, SIGTERM);
  sigdelset(&before, SIGINT);
  return before;
}

// Linux delivers to a process in ppoll only when nothing is ready: under load a stop would stay pending for ever.
bool stop_is_pending() {
  sigset_t pending;
  sigpending(&pending);
  return stop_requested != 0 || sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

enum class Event { request, idle, stop };

Event wait_for(int listening_socket, const sigset_t& while_waiting, seconds most) {
  pollfd poll{.fd = listening_socket, .events = POLLIN, .revents = 0};
  const timespec timeout{.tv_sec = most.count(), .tv_nsec = 0};
  if (stop_is_pending()) return Event::stop;
  const int ready = ::ppoll(&poll, 1, &timeout, &while_waiting);
  if (stop_requested) return Event::stop;
  return ready == 0 ? Event::idle : Event::request;
}

// One byte more than allowed is enough to know.
void read_body(FCGX_Stream* in, std::string& body) {
  std::array<char, 8192> chunk;
  std::int64_t total = 0;
  for (int n; total < kMostTakenIn && (n = FCGX_GetStr(chunk.data(), chunk.size(), in)) > 0;) {
    total += n;
    if (body.size() <= http::kMostBodyBytes) body.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

// An authorizer has no body (FastCGI 1.0, section 6.3), and Apache's modules don't even send its end: one that waited
// for it would keep the request until Apache gave up.
bool has_no_end(const FCGX_Request& fcgi) { return FCGX_GetParam("FCGI_APACHE_ROLE", fcgi.envp) != nullptr; }

Afterwards serve_one(Service& service, FCGX_Request& fcgi) {
  http::Request request = http::read_variables(fcgi.envp);
  if (has_no_end(fcgi)) {
    request.content_length = std::nullopt;
  } else {
    read_body(fcgi.in, request.body);
  }
  if (request.content_length && *request.content_length > static_cast<std::int64_t>(request.body.size()) &&
      request.body.size() <= http::kMostBodyBytes) {
    request.fault = Refusal{Reason::malformed, "the body is shorter than announced"};
  }
  const Outcome outcome = service.answer(request);
  explicit_bzero(request.body.data(), request.body.size());  // passwords and tokens stand in there
  const auto body = request.method == http::Method::Head ? http::Body::withheld : http::Body::sent;
  const std::string text = http::to_cgi(outcome.response, body);
  FCGX_PutStr(text.data(), static_cast<int>(text.size()), fcgi.out);
  return outcome.afterwards;
}

}  // namespace

int serve_fastcgi(Service& service, int listening_socket) {
  FCGX_Init();  // sets signal handlers of its own; ours come after
  const sigset_t while_waiting = catch_stop_signals();
  // Workers share the socket: all wake, one gets the connection, and the others must not sit in accept().
  ::fcntl(listening_socket, F_SETFL, ::fcntl(listening_socket, F_GETFL) | O_NONBLOCK);
  FCGX_Request fcgi;
  FCGX_InitRequest(&fcgi, listening_socket, FCGI_FAIL_ACCEPT_ON_INTR);

  seconds idle{0};
  for (;;) {
    const seconds step = idle < kRestAfter ? seconds(1) : kRestAfter;
    switch (wait_for(listening_socket, while_waiting, step)) {
      case Event::stop: return 0;
      case Event::idle:
        idle += step;
        if (idle == kForgetAfter) service.forget_hashing();
        if (idle == kForgetAfter) service.sweep_if_due();
        if (idle == kRestAfter) service.rest();
        if (service.idle_exit() > seconds(0) && idle >= service.idle_exit()) return 0;
        break;
      case Event::request: {
        if (FCGX_Accept_r(&fcgi) < 0) break;
        // A front server that kept its connection would keep this process: the next wait is for a new one.
        fcgi.keepConnection = 0;
        idle = seconds(0);
        const Afterwards afterwards = serve_one(service, fcgi);
        // Close at once where all was read: waiting for the front server to close first would keep this process from
        // others.
        if (!has_no_end(fcgi)) FCGX_Detach(&fcgi);
        FCGX_Finish_r(&fcgi);
        if (afterwards == Afterwards::end_process) return 1;
        break;
      }
    }
  }
}

}  // namespace gatehouse::transport
